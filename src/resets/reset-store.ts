import type { ChallengeMethod, GateKind } from "../methods/method.ts";
import type { Limit } from "../throttle/limits.ts";
import type { FlowMethod, ResetFlow, StepEvent } from "./reset-flow.ts";

/** Where a flow lies. The bucket is the hash tag that it shares with its account's counters. */
export interface FlowAddress {
  readonly bucket: string;
  readonly flowId: string;
}

interface Step {
  readonly now: number;
  /** Id of the audit event that the step writes. */
  readonly eventId: string;
}

interface HolderStep extends Step {
  readonly tokenHash: string;
}

export interface OpenStep extends Step {
  readonly flow: ResetFlow;
  readonly starts: readonly Limit[];
  /** Work was proved, so a full counter does not matter. */
  readonly workProved: boolean;
}
export type OpenResult = { readonly outcome: "open" } | { readonly outcome: "work" };

export interface ChallengeStep extends HolderStep {
  readonly challengeId: string;
  readonly method: ChallengeMethod;
  readonly kind: GateKind;
  readonly sent: boolean;
  readonly methodId?: string;
  readonly codeTtlMs: number;
  readonly resendMs: number;
  readonly codes: number;
  readonly challenges: number;
  readonly wrongProofs: readonly Limit[];
}
export type ChallengeResult =
  | { readonly outcome: "challenged"; readonly expiresAt: number; readonly resendAfter?: number }
  | { readonly outcome: "limited"; readonly retryAt: number }
  | { readonly outcome: "not-offered" }
  | { readonly outcome: "invalid" };

export interface RetractStep {
  readonly challengeId: string;
  readonly sent: boolean;
  /** Of the challenge: its event goes too. */
  readonly eventId: string;
}

export interface ReportStep {
  readonly challengeId: string;
  readonly notSent: boolean;
}

export interface VerifyStep extends HolderStep {
  readonly challengeId: string;
  /** `later`: the try is counted now and proved by `prove`, for codes that only PostgreSQL can check. */
  readonly matches: "yes" | "no" | "later";
  readonly tries: number;
  readonly wrongProofs: readonly Limit[];
}
export type VerifyResult =
  | { readonly outcome: "passed"; readonly flow: ResetFlow }
  | { readonly outcome: "counted"; readonly flow: ResetFlow }
  | { readonly outcome: "rejected" }
  | { readonly outcome: "limited"; readonly retryAt: number }
  | { readonly outcome: "invalid" };

export interface ProveStep extends HolderStep {
  readonly challengeId: string;
  /** What proved it; absent when nothing did. */
  readonly target?: FlowMethod;
  readonly wrongProofs: readonly Limit[];
}
export type ProveResult =
  | { readonly outcome: "passed"; readonly flow: ResetFlow }
  | { readonly outcome: "rejected" }
  | { readonly outcome: "invalid" };

export type FlowResult = { readonly outcome: "found"; readonly flow: ResetFlow } | { readonly outcome: "invalid" };
export type ClaimResult = { readonly outcome: "claimed"; readonly flow: ResetFlow } | { readonly outcome: "invalid" };

/**
 * The state of running resets. Every method is one atomic check-and-change (one Redis call), so nothing is read and then written
 * (security.md D05, attacks A63, A70). `invalid` is one and the same for unknown, foreign, expired, voided, finished and claimed.
 * An unreachable store throws; it never answers as if a check had passed.
 */
export interface ResetStore {
  open(address: FlowAddress, step: OpenStep): Promise<OpenResult>;
  /** Takes back an `open` that another counter refused: the flow, its event and its count. */
  void(address: FlowAddress, step: { account: string; eventId: string; sources: ResetFlow["sources"] }): Promise<void>;
  challenge(address: FlowAddress, step: ChallengeStep): Promise<ChallengeResult>;
  /** Takes back a `challenge` that another counter refused, or that could not be sent: what it replaced is pending again. So it is for the last two. */
  retract(address: FlowAddress, step: RetractStep): Promise<void>;
  /** The worker's word on the message of a `challenge`, if that is still the pending one. */
  report(address: FlowAddress, step: ReportStep): Promise<void>;
  verify(address: FlowAddress, step: VerifyStep): Promise<VerifyResult>;
  prove(address: FlowAddress, step: ProveStep): Promise<ProveResult>;
  /** The flow for whoever holds its token. */
  read(address: FlowAddress, step: { now: number; tokenHash: string }): Promise<FlowResult>;
  /** The flow for the worker, which holds no token. */
  peek(address: FlowAddress, step: { now: number }): Promise<FlowResult>;
  cancel(address: FlowAddress, step: HolderStep): Promise<FlowResult>;
  /** Takes the flow for one attempt to set the password. A claim ends by itself after `leaseMs`, should its process die. */
  claim(address: FlowAddress, step: { now: number; tokenHash: string; claimId: string; leaseMs: number }): Promise<ClaimResult>;
  release(address: FlowAddress, step: { claimId: string }): Promise<void>;
  /** Removes the flow and voids every other one of the account. */
  finish(address: FlowAddress, step: { account: string; now: number }): Promise<void>;
  /** Nothing rests any more for the account, in its anonymous flows, or one kind of method alone: an administrator says so. */
  lift(address: FlowAddress, step: { account: string; kind?: GateKind }): Promise<void>;
  /** Recorded steps of all accounts, at most `limit` of a bucket, oldest first in each, and the means to forget them. */
  events(limit: number): Promise<readonly { readonly event: StepEvent; readonly receipt: string }[]>;
  forget(receipts: readonly string[]): Promise<void>;
}
