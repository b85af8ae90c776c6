import { MINUTE, SECOND } from "../kit/clock.ts";

/** A provider may ask for more; a code would be dead by then. */
const LONGEST_ASKED = 5 * MINUTE;

/** What graphile-worker waits by itself before the next attempt: 2.7 s, 7.4 s, 20 s, 55 s … up to 6 hours. */
export function growingWaitMs(attempt: number): number {
  return Math.exp(Math.min(attempt, 10)) * SECOND;
}

/**
 * What is added to the growing wait after a failed attempt, in milliseconds: as much as the provider asked for (Retry-After) beyond
 * it, and up to half of it again by chance, so that messages which failed together do not come back together.
 * @param chance 0 to 1
 */
export function addedWaitMs(attempt: number, chance: number, retryAfterMs = 0): number {
  const own = growingWaitMs(attempt);
  return Math.max(0, Math.min(retryAfterMs, LONGEST_ASKED) - own) + (chance * own) / 2;
}
