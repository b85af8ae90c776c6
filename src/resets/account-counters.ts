import type { GateKind } from "../methods/method.ts";
import { count, type Window } from "../throttle/counter.ts";
import type { Limit } from "../throttle/limits.ts";
import type { AccountState, ResetFlow } from "./reset-flow.ts";

/** Counts into a counter of the account and keeps what it has counted. */
export function take(account: AccountState, counter: string, limits: readonly Limit[], now: number): Window[] {
  const windows = count(account.counters[counter] ?? [], limits, now);
  account.counters[counter] = windows;
  return windows;
}

/** Until when a kind of method rests for this class of sources, in milliseconds; 0 when it does not. */
export function pausedUntil(account: AccountState, flow: ResetFlow, kind: GateKind, limits: readonly Limit[], now: number): number {
  const windows = account.counters[proofCounter(flow, kind)] ?? [];
  const full = windows.filter((window, index) => window.until > now && window.count >= (limits[index]?.limit ?? 0));
  return Math.max(0, ...full.map((window) => window.until));
}

/** Whether it is a counter of wrong proofs, of whichever sources. @param kind of one kind of method alone */
export function countsWrong(counter: string, kind?: GateKind): boolean {
  return kind === undefined ? /:wrong:\w+$/.test(counter) : counter.endsWith(`:wrong:${kind}`);
}

/** Wrong proofs of one kind of method, apart for the person's own sources and for strange ones. */
export function proofCounter(flow: ResetFlow, kind: GateKind): string {
  return `${flow.sources}:wrong:${kind}`;
}
