/** The time, injected so that tests turn it by hand. Milliseconds since 1970-01-01T00:00:00Z. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** RFC 3339 UTC, as every time on the API is written. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}
