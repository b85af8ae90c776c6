import { DAY } from "../kit/clock.ts";
import { passwordEnd } from "../passwords/password-lifetime.ts";
import { type Circumstances, type Eligibility, judgeEligibility } from "../policy/eligibility.ts";
import type { Account } from "../users/account.ts";
import type { PasswordState } from "../users/user-record.ts";
import type { SessionLimit } from "./session.ts";

/** What may be due after sign-in, in the order in which it is asked for. */
export const INTERRUPTS = ["change-password", "register-security-info", "confirm-security-info"] as const;
export type Interrupt = (typeof INTERRUPTS)[number];

export interface DueInterrupts {
  readonly interrupts: readonly Interrupt[];
  /** Those of them that may be put off now. */
  readonly skippable: readonly Interrupt[];
  /** What a session is limited to until that is done; absent where it is not. */
  readonly limit?: SessionLimit;
  /** Until when registering may be put off, in milliseconds; absent where it may not, or is not due. */
  readonly skippableUntil?: number;
}

/** What is due of a person now. One statement. */
export type InterruptsOf = (userId: string, now: number) => Promise<DueInterrupts>;

/** All that deciding needs. Times in milliseconds, `null` where it never was. */
export interface InterruptFacts {
  readonly account: Account;
  /** `null`: none is kept here. */
  readonly password: PasswordState | null;
  /** An administrator wants the contact data registered anew. */
  readonly mustRegister: boolean;
  /** When registration was first asked for. */
  readonly registrationAskedAt: number | null;
  readonly confirmedAt: number | null;
  /** Of the method that was verified last. */
  readonly verifiedAt: number | null;
  readonly createdAt: number;
}

/**
 * What is due after sign-in (contract, section 4). Registering comes before reconfirming, and stands for it: who has just registered has
 * nothing to confirm.
 */
export function judgeInterrupts(facts: InterruptFacts, circumstances: Circumstances): DueInterrupts {
  const { now } = circumstances;
  const change = mustChangePassword(facts, now);
  const registration = judgeRegistration(facts, circumstances);
  const confirm = registration.due ? false : mustConfirm(facts, circumstances);
  const limit = change ? "change-password" : registration.due && registration.skippableUntil === null ? "registration" : undefined;
  const putOff: Interrupt[] = registration.due ? (registration.skippableUntil === null ? [] : ["register-security-info"]) : [];
  return {
    interrupts: [
      ...(change ? (["change-password"] as const) : []),
      ...(registration.due ? (["register-security-info"] as const) : []),
      ...(confirm ? (["confirm-security-info"] as const) : []),
    ],
    skippable: [...putOff, ...(confirm ? (["confirm-security-info"] as const) : [])],
    ...(limit === undefined ? {} : { limit }),
    ...(registration.due && registration.skippableUntil !== null ? { skippableUntil: registration.skippableUntil } : {}),
  };
}

/** A directory asks its people itself. */
function mustChangePassword({ account, password }: InterruptFacts, now: number): boolean {
  if (account.directoryId !== null || password === null) return false;
  if (password.mustChange || password.temporary) return true;
  const end = passwordEnd(password, account.tenant.policy.passwords.lifetimeDays);
  return end !== null && end <= now;
}

type Registration = { readonly due: false } | { readonly due: true; readonly skippableUntil: number | null };

/**
 * Administrators prove themselves twice at every sign-in, so with fewer than two methods of their own there is nothing else they can do
 * here. Others are asked where the tenant wants it, and only if it would help them: who may not reset needs nothing to reset with.
 */
function judgeRegistration(facts: InterruptFacts, circumstances: Circumstances): Registration {
  const { account, mustRegister, registrationAskedAt } = facts;
  const { required, skipDays } = account.tenant.policy.registration;
  const judged = judgeRegistered(account, circumstances);
  if (mustRegister) return { due: true, skippableUntil: null };
  if (isRegistered(judged)) return { due: false };
  if (judged.policy === "administrator") return { due: true, skippableUntil: null };
  if (!required || judged.reason !== "too-few-methods") return { due: false };
  const skippableUntil = (registrationAskedAt ?? circumstances.now) + skipDays * DAY;
  return { due: true, skippableUntil: skippableUntil > circumstances.now ? skippableUntil : null };
}

function mustConfirm(facts: InterruptFacts, circumstances: Circumstances): boolean {
  const { account, confirmedAt, verifiedAt, createdAt } = facts;
  const { reconfirmDays } = account.tenant.policy.registration;
  if (reconfirmDays === 0 || account.methods.length === 0) return false;
  // Who may not reset is asked nothing.
  if (judgeRegistered(account, circumstances).reason !== null) return false;
  return (confirmedAt ?? verifiedAt ?? createdAt) + reconfirmDays * DAY <= circumstances.now;
}

/** Judged as if nothing waited or rested: what is registered already is not to be registered again for that. */
function judgeRegistered(account: Account, circumstances: Circumstances): Eligibility {
  const methods = account.methods.map((method) => ({ ...method, usableFrom: null, consecutiveFailures: 0 }));
  return judgeEligibility({ ...account, methods }, circumstances);
}

function isRegistered({ trace }: Eligibility): boolean {
  return trace.some(({ rule, outcome }) => rule === "methods" && outcome === "passed");
}
