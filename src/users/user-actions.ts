import { Type } from "typebox";
import type { Right } from "../kit/rights.ts";
import { judgeReach, type OutOfReach, type Reaching, type Target } from "./reach.ts";
import { judgeGrant } from "./role-rules.ts";
import type { ActingCaller } from "./user-writer.ts";

/** Who reads, and what they may do at all. */
export interface Caller extends ActingCaller {
  readonly rights: ReadonlySet<Right>;
}

/** What can be done to a person, the right it needs, and what of the person it touches. */
const ACTIONS = {
  resetPassword: ["resets:write", "reset"],
  unlock: ["resets:write", "reset"],
  revokeSessions: ["resets:write", "reset"],
  change: ["users:write", "change"],
  disable: ["users:write", "change"],
  delete: ["users:write", "change"],
  offboard: ["users:write", "change"],
  requireRegistration: ["users:write", "change"],
  unfreeze: ["users:write", "change"],
  changeMethods: ["methods:write", "change"],
  unblockMethods: ["methods:write", "change"],
} as const satisfies Record<string, readonly [Right, Reaching]>;

type Action = keyof typeof ACTIONS | "grantRoles" | "restore";

const Allowance = Type.Object(
  { allowed: Type.Boolean(), reason: Type.Optional(Type.String()) },
  { additionalProperties: false, description: "`reason`: why not, in words that can stand beside a greyed-out button." },
);
/** Of a person who is there all but `restore`, of one who was removed that alone. */
export const ActionsSchema = Type.Partial(
  Type.Object(
    Object.fromEntries([...Object.keys(ACTIONS), "grantRoles", "restore"].map((action) => [action, Allowance])) as Record<
      Action,
      typeof Allowance
    >,
    { additionalProperties: false },
  ),
);

export type Actions = Partial<Record<Action, { allowed: boolean; reason?: string }>>;

/**
 * What the caller may do to a person, by the very rules that judge when it is done: rights, then reach. What depends on others too (the
 * last Global Administrator) is judged then alone.
 * @param removed the person was removed, and can be restored
 */
export function actionsOn(caller: Caller, target: Target, removed: boolean): Actions {
  const may = (right: Right, reaching: Reaching) => allowance(judge(caller, target, right, reaching));
  if (removed) return { restore: may("users:write", "change") };
  const actions: Actions = {};
  for (const [action, [right, reaching]] of Object.entries(ACTIONS)) actions[action as Action] = may(right, reaching);
  return { ...actions, grantRoles: allowance(judgeGrant(actingOf(caller), [], [target.id])) };
}

function judge(caller: Caller, target: Target, right: Right, reaching: Reaching): OutOfReach | null {
  if (caller.rights.has(right)) return judgeReach(actingOf(caller), target, reaching);
  const reason = caller.kind === "app" ? `The scope ${right} is needed.` : `None of your roles gives ${right}.`;
  return { missing: "role", reason };
}

function actingOf({ kind, id, roles }: Caller) {
  return { actor: { kind, id }, roles };
}

function allowance(beyond: OutOfReach | null): { allowed: boolean; reason?: string } {
  return beyond === null ? { allowed: true } : { allowed: false, reason: beyond.reason };
}
