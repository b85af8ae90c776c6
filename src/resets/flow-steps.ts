import type { ChallengeMethod, GateKind } from "../methods/method.ts";
import { judge } from "../throttle/counter.ts";
import type { Limit } from "../throttle/limits.ts";
import { countsWrong, pausedUntil, proofCounter, take } from "./account-counters.ts";
import { remember } from "./replaced-challenge.ts";
import { type AccountState, type FlowMethod, isAnonymous, type ResetFlow, type StepEvent, type ThrottleReason } from "./reset-flow.ts";
import type {
  ChallengeResult,
  ChallengeStep,
  ClaimResult,
  FlowResult,
  OpenResult,
  OpenStep,
  ProveResult,
  ProveStep,
  ReportStep,
  VerifyResult,
  VerifyStep,
} from "./reset-store.ts";

/**
 * The steps of a reset as changes of one flow and one account. The in-process store runs them; `reset-store.lua.ts` says the same in
 * Lua for Redis, and one contract suite, with random sequences, holds the two together.
 */
export interface FlowState {
  flow: ResetFlow | undefined;
  account: AccountState;
  readonly emit: (event: StepEvent) => void;
}

const INVALID = { outcome: "invalid" } as const;
type StepName = "start" | "challenge" | "proof" | "cancel";

export function open(state: FlowState, step: OpenStep): OpenResult {
  // Whoever is signed in, or gave the right password, was counted there.
  if (isAnonymous(step.flow)) {
    const windows = take(state.account, `${step.flow.sources}:starts`, step.starts, step.now);
    if (judge(windows, step.starts, step.now).over && !step.workProved) return { outcome: "work" };
  }
  state.flow = step.flow;
  emit(state, step.flow, step, { step: "start", outcome: "success" });
  return { outcome: "open" };
}

export function challenge(state: FlowState, step: ChallengeStep): ChallengeResult {
  const flow = live(state, step);
  if (flow === undefined) return INVALID;
  // What the start did not offer (security questions) comes after a first proof only.
  const later = Object.keys(flow.proofs).length > 0 && flow.methods[step.method] !== undefined;
  if (flow.offered[step.method] === undefined && !later) return { outcome: "not-offered" };
  const paused = pausedUntil(state.account, flow, step.kind, step.wrongProofs, step.now);
  const resend = flow.resend[step.method];
  const codes = flow.codes + (step.sent ? 1 : 0);
  const turnedAway = { ...step, step: "challenge" } as const;
  if (paused > step.now) return limited(state, flow, turnedAway, "too-many-wrong-proofs", paused);
  if (step.sent && resend !== undefined && resend.at > step.now) return { outcome: "limited", retryAt: resend.at };
  if (codes > step.codes || flow.challenges + 1 > step.challenges)
    return limited(state, flow, turnedAway, "too-many-codes", flow.expiresAt);
  const methods = flow.methods[step.method] ?? [];
  const next = resend?.next ?? 0;
  const target =
    step.methodId === undefined ? methods[next % Math.max(1, methods.length)] : methods.find((method) => method.id === step.methodId);
  const expiresAt = Math.min(step.now + step.codeTtlMs, flow.expiresAt);
  remember(flow, resend);
  flow.codes = codes;
  flow.challenges += 1;
  flow.challenge = {
    id: step.challengeId,
    method: step.method,
    kind: step.kind,
    ...(target === undefined ? {} : { target }),
    expiresAt,
    tries: 0,
  };
  flow.resend[step.method] = { at: step.now + step.resendMs, next: next + 1 };
  emit(state, flow, step, { step: "challenge", outcome: "success", ...about(flow) });
  return { outcome: "challenged", expiresAt, ...(step.sent ? { resendAfter: step.now + step.resendMs } : {}) };
}

/** Notes of the pending challenge whether its message could be sent, last time it was tried. */
export function report({ flow }: FlowState, step: ReportStep): void {
  if (flow?.challenge?.id !== step.challengeId) return;
  if (step.notSent) flow.challenge.notSent = true;
  else delete flow.challenge.notSent;
}

export function verify(state: FlowState, step: VerifyStep): VerifyResult {
  const flow = live(state, step);
  if (flow === undefined) return INVALID;
  const { challenge: pending } = flow;
  // Nothing is pending: a code that was used, or never asked for. There is nothing to guess, so there is nothing to count.
  if (pending === undefined) return { outcome: "rejected" };
  const paused = pausedUntil(state.account, flow, pending.kind, step.wrongProofs, step.now);
  const turnedAway = { ...step, step: "proof", method: pending.method } as const;
  if (paused > step.now) return limited(state, flow, turnedAway, "too-many-wrong-proofs", paused);
  if (pending.tries >= step.tries) return limited(state, flow, turnedAway, "too-many-tries", flow.resend[pending.method]?.at ?? step.now);
  pending.tries += 1;
  take(state.account, proofCounter(flow, pending.kind), step.wrongProofs, step.now);
  const current = pending.id === step.challengeId && pending.expiresAt > step.now;
  if (current && step.matches === "later") return { outcome: "counted", flow };
  if (current && step.matches === "yes" && pending.target !== undefined && !flow.decoy) return pass(state, flow, pending.target, step);
  return rejected(state, flow, step);
}

/** Ends a try that `verify` counted with `later`: with a target it passes the gate, without one it failed. */
export function prove(state: FlowState, step: ProveStep): ProveResult {
  const flow = live(state, step);
  if (flow === undefined) return INVALID;
  const pending = flow.challenge?.id === step.challengeId ? flow.challenge : undefined;
  if (pending !== undefined && pending.expiresAt > step.now && step.target !== undefined && !flow.decoy)
    return pass(state, flow, step.target, step);
  if (pending !== undefined) return rejected(state, flow, step);
  // A challenge that was replaced in between was not tried: its method did not fail.
  emit(state, flow, step, { step: "proof", outcome: "failure", reason: "code-rejected" });
  return { outcome: "rejected" };
}

export function read(state: FlowState, step: { now: number; tokenHash: string }): FlowResult {
  const flow = live(state, step);
  return flow === undefined ? INVALID : { outcome: "found", flow };
}

export function peek(state: FlowState, step: { now: number }): FlowResult {
  const { flow } = state;
  return flow === undefined || flow.expiresAt <= step.now || flow.openedAt <= state.account.voidedAt ? INVALID : { outcome: "found", flow };
}

export function cancel(state: FlowState, step: { now: number; tokenHash: string; eventId: string }): FlowResult {
  const flow = live(state, step);
  if (flow === undefined) return INVALID;
  state.flow = undefined;
  emit(state, flow, step, { step: "cancel", outcome: "success" });
  return { outcome: "found", flow };
}

export function claim(state: FlowState, step: { now: number; tokenHash: string; claimId: string; leaseMs: number }): ClaimResult {
  const flow = live(state, step);
  if (flow === undefined) return INVALID;
  flow.claim = { id: step.claimId, until: step.now + step.leaseMs };
  return { outcome: "claimed", flow };
}

export function release(state: FlowState, step: { claimId: string }): void {
  if (state.flow?.claim?.id === step.claimId) delete state.flow.claim;
}

export function finish(state: FlowState, step: { now: number }): void {
  state.flow = undefined;
  // A node whose clock is behind must not bring back what another one voided.
  state.account.voidedAt = Math.max(state.account.voidedAt, step.now);
}

export function lift({ account }: FlowState, { kind }: { kind?: GateKind }): void {
  account.counters = Object.fromEntries(Object.entries(account.counters).filter(([counter]) => !countsWrong(counter, kind)));
}

/** The flow, if it can be used by the holder of this token now. A live claim shuts everybody out. */
function live(state: FlowState, step: { now: number; tokenHash: string }): ResetFlow | undefined {
  const found = peek(state, step);
  if (found.outcome === "invalid" || found.flow.tokenHash !== step.tokenHash) return undefined;
  return found.flow.claim !== undefined && found.flow.claim.until > step.now ? undefined : found.flow;
}

function pass(
  state: FlowState,
  flow: ResetFlow,
  target: FlowMethod,
  step: { now: number; eventId: string },
): { outcome: "passed"; flow: ResetFlow } {
  const pending = flow.challenge;
  if (pending === undefined) throw new Error("no challenge is pending");
  flow.proofs[pending.kind] = { method: pending.method, methodId: target.id, revision: target.revision, at: step.now };
  // Success clears the failures of the kind that was used, and no others (security.md D09).
  delete state.account.counters[proofCounter(flow, pending.kind)];
  emit(state, flow, step, { step: "proof", outcome: "success", method: pending.method, methodId: target.id });
  delete flow.challenge;
  // One proof is what it is for: nobody passes it twice.
  if (endsWithProof(flow)) state.flow = undefined;
  return { outcome: "passed", flow };
}

/** A second step, or a fresh proof. A reset goes on to the next gate, and to what it is for. */
function endsWithProof({ purpose }: ResetFlow): boolean {
  return purpose === "sign-in" || purpose === "proof";
}

/** A wrong proof of the pending challenge, which was counted already. The one that fills the counter says until when its kind rests. */
function rejected(
  state: FlowState,
  flow: ResetFlow,
  step: { now: number; eventId: string; wrongProofs: readonly Limit[] },
): { outcome: "rejected" } {
  const kind = flow.challenge?.kind;
  const until = kind === undefined ? 0 : pausedUntil(state.account, flow, kind, step.wrongProofs, step.now);
  const how =
    until > 0
      ? ({ outcome: "blocked", reason: "too-many-wrong-proofs", pausedUntil: until } as const)
      : ({ outcome: "failure", reason: "code-rejected" } as const);
  emit(state, flow, step, { step: "proof", ...about(flow), ...how });
  return { outcome: "rejected" };
}

/** Counted, and written to the record once: nobody fills it by knocking on a closed door. It says nothing about a method, since none was judged. */
function limited(
  state: FlowState,
  flow: ResetFlow,
  step: { now: number; eventId: string; step: StepName; method: ChallengeMethod },
  reason: ThrottleReason,
  retryAt: number,
): { outcome: "limited"; retryAt: number } {
  const before = flow.throttled?.[reason] ?? 0;
  flow.throttled = { ...flow.throttled, [reason]: before + 1 };
  const until = reason === "too-many-wrong-proofs" ? { pausedUntil: retryAt } : {};
  if (before === 0) emit(state, flow, step, { step: step.step, outcome: "blocked", method: step.method, reason, ...until });
  return { outcome: "limited", retryAt };
}

/** The method behind a decoy's challenge is nobody's, and no failure of anything. */
function about({ challenge: pending, decoy }: ResetFlow): Partial<StepEvent> {
  if (pending === undefined) return {};
  return { method: pending.method, ...(pending.target === undefined || decoy ? {} : { methodId: pending.target.id }) };
}

function emit(
  state: FlowState,
  flow: ResetFlow,
  step: { now: number; eventId: string },
  { step: name, ...what }: { step: StepName; outcome: StepEvent["outcome"] } & Partial<Omit<StepEvent, "type">>,
): void {
  const { id: flowId, supportCode, tenantId, userId, decoy, purpose } = flow;
  state.emit({
    id: step.eventId,
    at: step.now,
    type: `${purpose === "unlock" ? "reset" : purpose}.${name}`,
    flowId,
    supportCode,
    decoy,
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(userId === undefined ? {} : { userId }),
    ...what,
  });
}
