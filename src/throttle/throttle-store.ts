import type { Window } from "./counter.ts";
import type { Limit } from "./limits.ts";

/**
 * Counters that many processes share. One call counts into all windows of a limit and gives them back; comparing is the caller's.
 * An unreachable store throws: a limit is never skipped (security.md C13, attacks A74).
 */
export interface ThrottleStore {
  take(key: string, limits: readonly Limit[], now: number): Promise<Window[]>;
  clear(keys: readonly string[]): Promise<void>;
  /** Takes one counted call back out of every window: it turned out to be none that the limit is about. */
  giveBack(key: string): Promise<void>;
  /**
   * Remembers `key` until `until`; true when it was not there before. For what may be used once.
   * @param by who uses it: true for the same one again, too, so that what died half-way can be gone on with
   */
  once(key: string, until: number, now: number, by?: string): Promise<boolean>;
  /** Whether `once` remembers it now. */
  used(key: string, now: number): Promise<boolean>;
  /** Forgets what `once` remembered. */
  again(key: string): Promise<void>;
}
