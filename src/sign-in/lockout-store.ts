/** What is known of the wrong passwords for one account by one class of sources. Times in milliseconds. */
export interface LockoutState {
  readonly failures: number;
  /** No password is compared before it; 0: not locked. */
  readonly lockedUntil: number;
  /** Keyed tags of the last wrong passwords: one of these again does not count. */
  readonly tags: readonly string[];
  readonly forgetAt: number;
}

/** When it locks, and for how long. Times in milliseconds. */
export interface LockoutRules {
  /** So many failures lock; each one after it locks again. */
  readonly failuresAllowed: number;
  readonly firstLockMs: number;
  /** Each further lock is twice as long as the one before, up to this. */
  readonly longestLockMs: number;
  /** Failures are remembered so long after the last one, or after the end of its lock. */
  readonly rememberMs: number;
}

export type Admitted = { readonly outcome: "open" } | { readonly outcome: "locked"; readonly until: number };

/**
 * Wrong passwords that many processes share. Every method is one atomic check-and-change. An unreachable store throws: a limit is never
 * skipped (security.md C13).
 */
export interface LockoutStore {
  /**
   * Asks whether a password may be compared, and counts it as wrong before it is: of many at once no more than the rules allow get through
   * (attacks A70). What is locked, and a password that was wrong before, counts nothing.
   */
  admit(key: string, tag: string, rules: LockoutRules, now: number): Promise<Admitted>;
  /** The password was wrong: another try with it is not another guess. */
  remember(key: string, tag: string, rules: LockoutRules, now: number): Promise<void>;
  /** A try that was let through was not compared after all: what `admit` counted is taken back, and the lock that it brought with it. */
  takeBack(key: string, tag: string, now: number): Promise<void>;
  clear(keys: readonly string[]): Promise<void>;
}

/** As Microsoft's: the last three. */
const TAGS_KEPT = 3;
export const NO_FAILURES: LockoutState = { failures: 0, lockedUntil: 0, tags: [], forgetAt: 0 };

/** One more guess. The last that is allowed locks, and is compared itself: if it is right, the lock is lifted. */
export function countGuess(state: LockoutState, rules: LockoutRules, now: number): LockoutState {
  const failures = state.failures + 1;
  const beyond = failures - rules.failuresAllowed;
  const lockedUntil = beyond < 0 ? 0 : now + Math.min(rules.longestLockMs, rules.firstLockMs * 2 ** beyond);
  return { failures, lockedUntil, tags: state.tags, forgetAt: Math.max(now, lockedUntil) + rules.rememberMs };
}

/** A wrong password among the last ones, the newest last. */
export function withTag(state: LockoutState, tag: string, rules: LockoutRules, now: number): LockoutState {
  const tags = [...state.tags.filter((known) => known !== tag), tag].slice(-TAGS_KEPT);
  return { ...state, tags, forgetAt: Math.max(state.forgetAt, now + rules.rememberMs) };
}

/** One guess less. What was wrong before was not counted. While it is locked nothing is admitted, so a lock is the last guess's. */
export function withoutGuess(state: LockoutState, tag: string): LockoutState {
  if (state.failures === 0 || state.tags.includes(tag)) return state;
  return { ...state, failures: state.failures - 1, lockedUntil: 0 };
}
