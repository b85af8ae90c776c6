import { count, type Window } from "./counter.ts";
import type { ThrottleStore } from "./throttle-store.ts";

const SWEEP_EVERY = 1_000;

/** The counters of the embedded default: one process, gone with it. */
export function createMemoryThrottleStore(): ThrottleStore {
  const counters = new Map<string, Window[]>();
  const used = new Map<string, { readonly until: number; readonly by: string | undefined }>();
  let calls = 0;
  const sweep = (now: number) => {
    if (++calls % SWEEP_EVERY !== 0) return;
    for (const [key, windows] of counters) if (windows.every((window) => window.until <= now)) counters.delete(key);
    for (const [key, { until }] of used) if (until <= now) used.delete(key);
  };
  return {
    async take(key, limits, now) {
      sweep(now);
      const windows = count(counters.get(key) ?? [], limits, now);
      counters.set(key, windows);
      return [...windows];
    },
    async clear(keys) {
      for (const key of keys) counters.delete(key);
    },
    async giveBack(key) {
      const windows = counters.get(key);
      if (windows !== undefined)
        counters.set(
          key,
          windows.map(({ count, until }) => ({ count: Math.max(0, count - 1), until })),
        );
    },
    async once(key, until, now, by) {
      sweep(now);
      const known = used.get(key);
      if (known !== undefined && known.until > now) return by !== undefined && known.by === by;
      used.set(key, { until, by });
      return true;
    },
    used: async (key, now) => (used.get(key)?.until ?? 0) > now,
    async again(key) {
      used.delete(key);
    },
  };
}
