import { SECOND } from "../../src/kit/clock.ts";
import { type ChallengeMethod, METHODS } from "../../src/methods/method.ts";
import type { ResetFlow, StepEvent } from "../../src/resets/reset-flow.ts";
import type { ChallengeStep, OpenStep, ProveStep, ResetStore, VerifyStep } from "../../src/resets/reset-store.ts";
import { LIMITS, RESEND_WAIT_MS } from "../../src/throttle/limits.ts";
import { addressOf, T0 } from "./reset-flow.ts";

export const CODE_TTL_MS = 600 * SECOND;
export const TRIES = LIMITS.triesOfCode[0].limit;
export const WRONG_PROOFS = LIMITS.wrongProofs[0].limit;
export const LEASE_MS = 30 * SECOND;

let steps = 0;

/** An id that no other step has. */
export function newStepId(kind: string): string {
  steps += 1;
  return `${kind}-${steps}`;
}

/** Walks through resets on one store with a clock turned by hand: each step has the service's own limits and a new event id. */
export function walkOn(store: ResetStore) {
  const walk = {
    store,
    now: T0,
    later(ms: number) {
      walk.now += ms;
    },
    step: (flow: ResetFlow) => ({ now: walk.now, eventId: newStepId("event"), tokenHash: flow.tokenHash }),
    open: (flow: ResetFlow, extra: Partial<OpenStep> = {}) =>
      store.open(addressOf(flow), {
        now: walk.now,
        eventId: newStepId("event"),
        flow,
        starts: LIMITS.startsOfAccount,
        workProved: false,
        ...extra,
      }),
    /** Opens and gives the flow back. */
    async opened(flow: ResetFlow): Promise<ResetFlow> {
      const { outcome } = await walk.open(flow);
      if (outcome !== "open") throw new Error(`the flow was not opened: ${outcome}`);
      return flow;
    },
    challenge: (flow: ResetFlow, method: ChallengeMethod, extra: Partial<ChallengeStep> = {}) =>
      store.challenge(addressOf(flow), {
        ...walk.step(flow),
        challengeId: newStepId("challenge"),
        method,
        kind: METHODS[method].kind,
        sent: METHODS[method].sent,
        codeTtlMs: CODE_TTL_MS,
        resendMs: RESEND_WAIT_MS,
        codes: LIMITS.codesOfReset[0].limit,
        challenges: LIMITS.challengesOfReset[0].limit,
        wrongProofs: LIMITS.wrongProofs,
        ...extra,
      }),
    /** Asks for a challenge and gives its id back. */
    async challenged(flow: ResetFlow, method: ChallengeMethod, extra: Partial<ChallengeStep> = {}): Promise<string> {
      const challengeId = newStepId("challenge");
      const { outcome } = await walk.challenge(flow, method, { challengeId, ...extra });
      if (outcome !== "challenged") throw new Error(`no challenge by ${method}: ${outcome}`);
      return challengeId;
    },
    verify: (flow: ResetFlow, challengeId: string, matches: VerifyStep["matches"], extra: Partial<VerifyStep> = {}) =>
      store.verify(addressOf(flow), { ...walk.step(flow), challengeId, matches, tries: TRIES, wrongProofs: LIMITS.wrongProofs, ...extra }),
    prove: (flow: ResetFlow, challengeId: string, target?: ProveStep["target"]) =>
      store.prove(addressOf(flow), {
        ...walk.step(flow),
        challengeId,
        wrongProofs: LIMITS.wrongProofs,
        ...(target === undefined ? {} : { target }),
      }),
    report: (flow: ResetFlow, challengeId: string, notSent: boolean) => store.report(addressOf(flow), { challengeId, notSent }),
    read: (flow: ResetFlow) => store.read(addressOf(flow), { now: walk.now, tokenHash: flow.tokenHash }),
    peek: (flow: ResetFlow) => store.peek(addressOf(flow), { now: walk.now }),
    cancel: (flow: ResetFlow) => store.cancel(addressOf(flow), walk.step(flow)),
    claim: (flow: ResetFlow, claimId: string) =>
      store.claim(addressOf(flow), { now: walk.now, tokenHash: flow.tokenHash, claimId, leaseMs: LEASE_MS }),
    release: (flow: ResetFlow, claimId: string) => store.release(addressOf(flow), { claimId }),
    finish: (flow: ResetFlow) => store.finish(addressOf(flow), { account: flow.account, now: walk.now }),
    /** What the store holds of the flow now. */
    async kept(flow: ResetFlow): Promise<ResetFlow> {
      const found = await walk.peek(flow);
      if (found.outcome === "invalid") throw new Error("the flow is gone");
      return found.flow;
    },
    async events(): Promise<StepEvent[]> {
      return (await store.events(10_000)).map(({ event }) => event);
    },
    async lastEvent(): Promise<StepEvent | undefined> {
      return (await walk.events()).at(-1);
    },
  };
  return walk;
}

export type ResetWalk = ReturnType<typeof walkOn>;
