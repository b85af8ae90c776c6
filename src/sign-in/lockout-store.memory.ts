import { countGuess, type LockoutState, type LockoutStore, NO_FAILURES, withoutGuess, withTag } from "./lockout-store.ts";

const SWEEP_EVERY = 1_000;

/** The lockouts of the embedded default: one process, gone with it. */
export function createMemoryLockoutStore(): LockoutStore {
  const states = new Map<string, LockoutState>();
  let calls = 0;
  const read = (key: string, now: number): LockoutState => {
    const state = states.get(key);
    return state === undefined || state.forgetAt <= now ? NO_FAILURES : state;
  };
  const sweep = (now: number) => {
    if (++calls % SWEEP_EVERY !== 0) return;
    for (const [key, { forgetAt }] of states) if (forgetAt <= now) states.delete(key);
  };
  return {
    async admit(key, tag, rules, now) {
      sweep(now);
      const state = read(key, now);
      if (state.lockedUntil > now) return { outcome: "locked", until: state.lockedUntil };
      if (!state.tags.includes(tag)) states.set(key, countGuess(state, rules, now));
      return { outcome: "open" };
    },
    async remember(key, tag, rules, now) {
      states.set(key, withTag(read(key, now), tag, rules, now));
    },
    async takeBack(key, tag, now) {
      if (states.has(key)) states.set(key, withoutGuess(read(key, now), tag));
    },
    async clear(keys) {
      for (const key of keys) states.delete(key);
    },
  };
}
