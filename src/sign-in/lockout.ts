import type { Sealer } from "../keys/sealer.ts";
import { HOUR, MINUTE } from "../kit/clock.ts";
import type { Limits } from "../throttle/limits.ts";
import type { Admitted, LockoutRules, LockoutStore } from "./lockout-store.ts";

/** Whose password is tried, and by whom. */
export interface PasswordTry {
  /** `accountTag` of the comparison key, of a known name or not. */
  readonly account: string;
  /** From a source that the person used before. */
  readonly familiar: boolean;
  readonly password: string;
}

/**
 * Smart lockout of sign-in (entra-sspr.md §6.2): too many wrong passwords lock an account for a class of sources, for a minute, then for
 * longer and longer. Strangers use up what strangers have, and never what the person's own sources have. The same wrong password again is
 * no new guess. Names that nobody has are counted alike.
 */
export interface Lockout {
  /** Before a password is compared: counts it, or says until when none is. One call of the state store. */
  admit(attempt: PasswordTry, now: number): Promise<Admitted>;
  /** After a password was refused, for whatever reason. One call of the state store. */
  failed(attempt: PasswordTry, now: number): Promise<void>;
  /** Nothing was compared after all: what `admit` counted is taken back. One call of the state store. */
  notCompared(attempt: PasswordTry, now: number): Promise<void>;
  /** After the right password: what was counted for its class of sources is forgotten. */
  passed(attempt: Pick<PasswordTry, "account" | "familiar">): Promise<void>;
  /** Nobody is locked out of the account any more: after a reset, or an unlock. @param account `accountTag` */
  clear(account: string): Promise<void>;
}

/** As Microsoft's: a minute at first. No longer than an hour, since whoever can wait it out is not helped by more. */
const FIRST_LOCK_MS = MINUTE;
const LONGEST_LOCK_MS = HOUR;

export function createLockout({ store, sealer, limits }: { store: LockoutStore; sealer: Sealer; limits: Limits }): Lockout {
  const rules = rulesOf(limits);
  return {
    admit: (attempt, now) => store.admit(keyOf(attempt), tagOf(sealer, attempt), rules, now),
    failed: (attempt, now) => store.remember(keyOf(attempt), tagOf(sealer, attempt), rules, now),
    notCompared: (attempt, now) => store.takeBack(keyOf(attempt), tagOf(sealer, attempt), now),
    passed: (attempt) => store.clear([keyOf(attempt)]),
    clear: (account) => store.clear([keyOf({ account, familiar: true }), keyOf({ account, familiar: false })]),
  };
}

/** Compares a password that was admitted. Whoever was not answered because something here failed has made no guess. */
export async function comparing<T>(lockout: Lockout, attempt: PasswordTry, now: number, compare: () => Promise<T>): Promise<T> {
  try {
    return await compare();
  } catch (error) {
    await lockout.notCompared(attempt, now).catch(() => undefined);
    throw error;
  }
}

function rulesOf({ failedSignIns: [of] }: Limits): LockoutRules {
  if (of === undefined) throw new Error("the limit of failed sign-ins has no window");
  return { failuresAllowed: of.limit, firstLockMs: FIRST_LOCK_MS, longestLockMs: LONGEST_LOCK_MS, rememberMs: of.windowMs };
}

function keyOf({ account, familiar }: Pick<PasswordTry, "account" | "familiar">): string {
  return `${familiar ? "familiar" : "strange"}:${account}`;
}

/**
 * Bound to the account, so that equal passwords of two accounts do not meet; keyed, so that whoever reads the store can test no guess. Wrong
 * passwords resemble right ones.
 */
function tagOf(sealer: Sealer, { account, password }: PasswordTry): string {
  return sealer.tag("wrong password", `${account} ${password}`).slice(0, 22);
}
