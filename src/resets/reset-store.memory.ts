import * as steps from "./flow-steps.ts";
import { retract } from "./replaced-challenge.ts";
import type { AccountState, ResetFlow, StepEvent } from "./reset-flow.ts";
import type { FlowAddress, ResetStore } from "./reset-store.ts";

const SWEEP_EVERY = 500;

/**
 * The state of the embedded default: one process, one Map. Each step runs without an `await` in it, which makes it atomic here.
 * What goes in and out is copied, as it would be through Redis.
 */
export function createMemoryResetStore(): ResetStore {
  const flows = new Map<string, ResetFlow>();
  const accounts = new Map<string, AccountState>();
  const events = new Map<string, StepEvent>();
  let calls = 0;

  const sweep = (now: number) => {
    if (++calls % SWEEP_EVERY !== 0) return;
    for (const [id, flow] of flows) if (flow.expiresAt <= now) flows.delete(id);
    for (const [tag, account] of accounts) if (idle(account, now)) accounts.delete(tag);
  };

  /** Runs one step and keeps what it changed, also when it refuses: counting is part of the answer. */
  const run = <Step, Result>(
    step: (state: steps.FlowState, input: Step) => Result,
    address: FlowAddress,
    input: Step,
    whose?: string,
  ): Result => {
    const flow = flows.get(address.flowId);
    const tag = flow?.account ?? whose;
    const account = accounts.get(tag ?? "") ?? { counters: {}, voidedAt: 0 };
    const state: steps.FlowState = { flow, account, emit: (event) => events.set(event.id, event) };
    const result = step(state, input);
    if (state.flow === undefined) flows.delete(address.flowId);
    else flows.set(address.flowId, state.flow);
    if (tag !== undefined) accounts.set(tag, state.account);
    // Nobody outside holds what is kept here. Only a flow is deep enough for a deep copy.
    return typeof result === "object" && result !== null && "flow" in result ? structuredClone(result) : result;
  };

  return {
    async open(address, step) {
      sweep(step.now);
      return run(steps.open, address, { ...step, flow: structuredClone(step.flow) }, step.flow.account);
    },
    async void(address, { account, eventId, sources }) {
      flows.delete(address.flowId);
      events.delete(eventId);
      const windows = accounts.get(account)?.counters[`${sources}:starts`] ?? [];
      for (const [index, window] of windows.entries()) windows[index] = { ...window, count: Math.max(0, window.count - 1) };
    },
    challenge: async (address, step) => run(steps.challenge, address, step),
    async retract(address, step) {
      if (run(retract, address, step)) events.delete(step.eventId);
    },
    report: async (address, step) => run(steps.report, address, step),
    verify: async (address, step) => run(steps.verify, address, step),
    prove: async (address, step) => run(steps.prove, address, step),
    read: async (address, step) => run(steps.read, address, step),
    peek: async (address, step) => run(steps.peek, address, step),
    cancel: async (address, step) => run(steps.cancel, address, step),
    claim: async (address, step) => run(steps.claim, address, step),
    release: async (address, step) => run(steps.release, address, step),
    finish: async (address, step) => run(steps.finish, address, step, step.account),
    lift: async (address, step) => run(steps.lift, address, step, step.account),
    events: async (limit) => [...events.values()].slice(0, limit).map((event) => ({ event: { ...event }, receipt: event.id })),
    async forget(receipts) {
      for (const receipt of receipts) events.delete(receipt);
    },
  };
}

function idle(account: AccountState, now: number): boolean {
  const day = 86_400_000;
  return (
    account.voidedAt + day <= now && Object.values(account.counters).every((windows) => windows.every((window) => window.until <= now))
  );
}
