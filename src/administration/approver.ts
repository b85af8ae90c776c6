import { judgeReach, type Target } from "../users/reach.ts";
import { rightsOf } from "../users/rights.ts";
import { ROLES } from "../users/roles.ts";
import type { WeightyAct } from "./two-person-rule.ts";

/** An act as far as it matters who could do it. */
export type Question =
  | { readonly kind: "reset-administrator"; readonly target: Target }
  /** Nobody approves what reaches further than they do: `requesterRoles` say how far it reaches. None: an application's. */
  | { readonly kind: "reset-everyone"; readonly requesterRoles: readonly string[] }
  | { readonly kind: "weaken-policy" }
  /** Whatever the two-person rule is for: who could agree to every act of it. */
  | { readonly kind: "anything" };

/** Somebody who may agree to an act of another person, with the roles they hold now. */
export interface Approver {
  readonly id: string;
  readonly roles: readonly string[];
}
export interface NamedApprover extends Approver {
  readonly userPrincipalName: string;
}

/** What the requester and the approver need, both. */
export const RIGHT_FOR: Readonly<Record<WeightyAct["kind"], "resets:write" | "policy:write">> = {
  "reset-administrator": "resets:write",
  "reset-everyone": "resets:write",
  "weaken-policy": "policy:write",
};

/** A holder of the highest role, whom nobody is: to ask who reaches everybody. */
const HIGHEST: Target = { id: "", roles: ["globalAdministrator"], inRoleAssignableGroup: true };

/** A second person is one who could do the act (security.md K06): the right for it, and the reach. Whether they are somebody else is judged apart. */
export function couldDo(person: Approver, question: Question): boolean {
  const rights = rightsOf(person.roles);
  switch (question.kind) {
    case "weaken-policy":
      return rights.has("policy:write");
    case "reset-administrator":
      return rights.has("resets:write") && reaches(person, question.target);
    case "reset-everyone":
      return rights.has("resets:write") && reachesAllOf(person, question.requesterRoles);
    case "anything":
      return rights.has("policy:write") && rights.has("resets:write") && reaches(person, HIGHEST);
  }
}

function reaches({ id, roles }: Approver, target: Target): boolean {
  return judgeReach({ actor: { kind: "user", id }, roles }, target, "reset") === null;
}

/** Somebody for each row of the matrix. */
const EVERY_KIND_OF_PERSON: readonly Target[] = [
  { id: "", roles: [], inRoleAssignableGroup: false },
  { id: "", roles: [], inRoleAssignableGroup: true },
  ...ROLES.map(({ role }): Target => ({ id: "", roles: [role], inRoleAssignableGroup: false })),
];

/** Everybody whom the requester reaches, the approver reaches too. */
function reachesAllOf(person: Approver, requesterRoles: readonly string[]): boolean {
  const requester = requesterRoles.length === 0 ? { kind: "app" } : { kind: "user", id: "requester" };
  return EVERY_KIND_OF_PERSON.every(
    (target) => judgeReach({ actor: requester, roles: requesterRoles }, target, "reset") !== null || reaches(person, target),
  );
}
