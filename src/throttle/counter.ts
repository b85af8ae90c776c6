import type { Limit } from "./limits.ts";

/** One window of one limit: how many, and until when they count. Milliseconds. */
export interface Window {
  readonly count: number;
  readonly until: number;
}

/** The verdict over all windows of a limit, after this call was counted. */
export interface Counted {
  readonly over: boolean;
  /** When the last exceeded window ends; `now` when none is. */
  readonly retryAt: number;
}

/** Counts one call into every window: an ended window starts anew. Increment before compare, so that a race gains nothing (A70). */
export function count(windows: readonly (Window | undefined)[], limits: readonly Limit[], now: number, by = 1): Window[] {
  return limits.map((limit, index) => {
    const window = windows[index];
    if (window === undefined || window.until <= now) return { count: by, until: now + limit.windowMs };
    return { count: Math.max(0, window.count + by), until: window.until };
  });
}

export function judge(windows: readonly Window[], limits: readonly Limit[], now: number): Counted {
  const exceeded = windows.filter((window, index) => window.count > (limits[index]?.limit ?? 0) && window.until > now);
  return { over: exceeded.length > 0, retryAt: Math.max(now, ...exceeded.map((window) => window.until)) };
}
