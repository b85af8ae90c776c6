import { type Static, Type } from "typebox";
import { timestamp } from "../kit/clock.ts";
import { METHOD_TYPES, type MethodType } from "../methods/method.ts";
import { passwordEnd } from "../passwords/password-lifetime.ts";
import { type Circumstances, judgeEligibility } from "../policy/eligibility.ts";
import type { Account, AccountMethod } from "./account.ts";
import { ActionsSchema, actionsOn, type Caller } from "./user-actions.ts";
import type { PasswordState, UserRecord } from "./user-record.ts";

const exact = { additionalProperties: false } as const;
const OrNull = (description?: string) => Type.Union([Type.String(), Type.Null()], description === undefined ? {} : { description });
const Time = Type.Union([Type.String({ format: "date-time" }), Type.Null()]);

/** A registered method, masked. */
export const MethodViewSchema = Type.Object(
  {
    id: Type.String(),
    type: Type.Unsafe<MethodType>({ type: "string", enum: [...METHOD_TYPES] }),
    hint: Type.String(),
    verified: Type.Boolean({ description: "The person has proved that it is theirs." }),
    source: Type.Unsafe<"admin" | "user">({ type: "string", enum: ["admin", "user"] }),
  },
  exact,
);

/** A person as the administration shows them (contract, section 6). */
export const UserViewSchema = Type.Object(
  {
    id: Type.String(),
    userPrincipalName: Type.String(),
    displayName: OrNull(),
    givenName: OrNull(),
    surname: OrNull(),
    mail: OrNull(),
    enabled: Type.Boolean(),
    licensed: Type.Boolean(),
    breakGlass: Type.Boolean({ description: "Kept for the day when nothing else works." }),
    roles: Type.Array(Type.String()),
    groups: Type.Array(Type.String(), { description: "Ids of the groups the person is in, directly or through other groups." }),
    directory: OrNull("Where the password lives: the id of a directory, or null for the built-in one."),
    preferredLanguage: OrNull(),
    password: Type.Object(
      {
        mustChange: Type.Boolean(),
        temporary: Type.Boolean(),
        expiresAt: Type.Union([Type.String({ format: "date-time" }), Type.Null()], {
          description: "When a temporary one ends, or when the policy's `lifetimeDays` ask for a new one; null: neither.",
        }),
        lastChangedAt: Time,
        neverExpires: Type.Boolean(),
      },
      exact,
    ),
    temporary: Type.Union(
      [
        Type.Object(
          {
            deliveredAt: Type.Union([Type.String({ format: "date-time" }), Type.Null()], {
              description: "A channel took the mail with the link.",
            }),
            openedAt: Type.Union([Type.String({ format: "date-time" }), Type.Null()], {
              description: "The page behind the link was opened, by the person or by a mail scanner.",
            }),
            usedAt: Type.Union([Type.String({ format: "date-time" }), Type.Null()], {
              description: "The person set a password of their own, by the link or after signing in with the temporary one.",
            }),
          },
          exact,
        ),
        Type.Null(),
      ],
      { description: "What became of the last reset by an administrator; null where there was none or another password came after it." },
    ),
    securityInfo: Type.Object(
      {
        frozen: Type.Boolean({
          description: 'The person said "this was not me": nothing can be reset alone until two proofs or an administrator lift it.',
        }),
        registered: Type.Boolean({ description: "As many usable methods as the person's policy asks for." }),
        capable: Type.Boolean({ description: "Registered, and allowed to reset now." }),
        methods: Type.Array(MethodViewSchema),
      },
      exact,
    ),
    deletedAt: Type.Optional(Type.String({ format: "date-time", description: "Removed; can be restored within 30 days." })),
    actions: Type.Optional(ActionsSchema),
  },
  exact,
);
export type UserView = Static<typeof UserViewSchema>;

export function viewMethod({ id, type, hint, verified, source }: AccountMethod): Static<typeof MethodViewSchema> {
  return { id, type, hint, verified, source };
}

/** What is shown, judged by the rules that decide. @param caller for whom `actions` are told */
export function viewUser({ account, password, temporary, deletedAt }: UserRecord, circumstances: Circumstances, caller?: Caller): UserView {
  const { id, userPrincipalName, displayName, givenName, surname, mail, enabled, licensed, preferredLanguage } = account;
  const judged = judgeEligibility(account, circumstances);
  return {
    id,
    userPrincipalName,
    displayName,
    givenName,
    surname,
    mail,
    enabled,
    licensed,
    breakGlass: account.breakGlass,
    roles: [...account.roles],
    groups: [...account.groups].sort(),
    directory: account.directoryId,
    preferredLanguage,
    password: {
      mustChange: password?.mustChange ?? false,
      temporary: password?.temporary ?? false,
      expiresAt: timeOf(endOf(account, password)),
      lastChangedAt: timeOf(password?.changedAt),
      neverExpires: password?.neverExpires ?? false,
    },
    temporary:
      temporary === null
        ? null
        : { deliveredAt: timeOf(temporary.deliveredAt), openedAt: timeOf(temporary.openedAt), usedAt: timeOf(temporary.usedAt) },
    securityInfo: {
      frozen: account.recoveryFrozen,
      registered: isRegistered(judged),
      capable: judged.canReset,
      methods: account.methods.map(viewMethod),
    },
    ...(deletedAt === undefined ? {} : { deletedAt: timestamp(deletedAt) }),
    ...(caller === undefined ? {} : { actions: actionsOn(caller, account, deletedAt !== undefined) }),
  };
}

/** A directory knows itself when its passwords end. */
function endOf({ directoryId, tenant }: Account, password: PasswordState | null): number | null {
  if (password === null || directoryId !== null) return null;
  return password.expiresAt ?? passwordEnd(password, tenant.policy.passwords.lifetimeDays);
}

function isRegistered({ trace }: ReturnType<typeof judgeEligibility>): boolean {
  return trace.some(({ rule, outcome }) => rule === "methods" && outcome === "passed");
}

function timeOf(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : timestamp(ms);
}
