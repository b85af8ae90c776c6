import type { ChallengeMethod, GateKind } from "../methods/method.ts";
import type { Window } from "../throttle/counter.ts";

/**
 * What a flow proves somebody for: a new password, the end of a lockout, the second step of a sign-in, or a fresh proof of somebody who is
 * signed in. A flow of one purpose ends as no other.
 */
export type FlowPurpose = "reset" | "unlock" | "sign-in" | "proof";
/** What the events of its steps are called after: an unlock passes the gates of a reset, and is told by how it ends. */
export type StepFamily = Exclude<FlowPurpose, "unlock">;

/** One registered value that may be challenged, by id and the revision it had when the flow began. */
export interface FlowMethod {
  readonly id: string;
  readonly revision: number;
}

export interface FlowProof {
  readonly method: ChallengeMethod;
  readonly methodId: string;
  readonly revision: number;
  readonly at: number;
}

export interface FlowChallenge {
  readonly id: string;
  readonly method: ChallengeMethod;
  readonly kind: GateKind;
  /** Absent where the person has no such method: no code passes, and everything else is the same. */
  readonly target?: FlowMethod;
  readonly expiresAt: number;
  tries: number;
  /** No provider took its message when it was tried last. Kept only where the reset may tell it (`not-sent.ts`). */
  notSent?: true;
}

/** What was there before a challenge: the one it replaced, when its method could be asked for again, and what that one had replaced. */
export interface Replaced {
  challenge?: FlowChallenge;
  resend?: { at: number; next: number };
  replaced?: Replaced;
}

/**
 * One reset on its way, as Redis or memory keeps it. No code, no name, no address is in it. Absent means absent: no field is null, no
 * list is empty, so that Lua and TypeScript write the same JSON.
 */
export interface ResetFlow {
  readonly id: string;
  /** Keyed tag of the name asked for, known or not: whose counters these are. */
  readonly account: string;
  readonly tokenHash: string;
  readonly purpose: FlowPurpose;
  readonly supportCode: string;
  readonly openedAt: number;
  readonly expiresAt: number;
  readonly tenantId?: string;
  /** The person, where there is one: also in a decoy, for the note and the record. */
  readonly userId?: string;
  /** The person's credential version at the start: a reset does not outlive another change of the password (attacks A62, security.md L02). */
  readonly credentialVersion?: number;
  /** True for whoever cannot reset: unknown, disabled, out of scope… No code passes a gate of a decoy. */
  readonly decoy: boolean;
  /** The start told its caller that this person exists and can reset (disclosure `helpful`). */
  readonly disclosed?: true;
  /** Which class of sources the flow's counters belong to. */
  readonly sources: FlowSources;
  /** Who asked and from where, sealed: for the words of a message. */
  readonly origin: string;
  /** What the start answer offered. */
  readonly offered: Partial<Record<ChallengeMethod, true>>;
  /** The values behind each challenge method, the default first. A decoy has some too, and they lead nowhere. */
  readonly methods: Partial<Record<ChallengeMethod, readonly FlowMethod[]>>;
  codes: number;
  challenges: number;
  resend: Partial<Record<ChallengeMethod, { at: number; next: number }>>;
  challenge?: FlowChallenge;
  /** What the pending challenge replaced, should it have to be taken back. */
  replaced?: Replaced;
  proofs: Partial<Record<GateKind, FlowProof>>;
  claim?: { id: string; until: number };
  /** Calls that a limit turned away, by reason. Only the first of each is written to the record (design §3). */
  throttled?: Partial<Record<ThrottleReason, number>>;
}

export type ThrottleReason = "too-many-wrong-proofs" | "too-many-tries" | "too-many-codes";

/**
 * Anonymous callers from the person's own sources, and from others; whoever gave the right password; and whoever has a session. None of them
 * can use up what the others have (design §3).
 */
export type FlowSources = "familiar" | "strange" | "signed-in" | "stepping-up";

/** Whether whoever opened it was somebody already. */
export function isAnonymous({ sources }: Pick<ResetFlow, "sources">): boolean {
  return sources === "familiar" || sources === "strange";
}

/** What is counted for one account, whoever's flows they are. */
export interface AccountState {
  counters: Record<string, Window[]>;
  /** Flows opened until then are void: a completed reset ends all others (security.md L02). */
  voidedAt: number;
}

/** A step as the state call records it; the worker moves it to the audit log. */
export interface StepEvent {
  readonly id: string;
  readonly at: number;
  readonly type: `${StepFamily}.${"start" | "challenge" | "proof" | "cancel"}`;
  readonly outcome: "success" | "failure" | "blocked";
  readonly flowId: string;
  readonly supportCode: string;
  readonly tenantId?: string;
  readonly userId?: string;
  readonly decoy: boolean;
  readonly method?: ChallengeMethod;
  /** With `….proof`: the method whose code was judged. A call that a limit turned away judged none. */
  readonly methodId?: string;
  readonly reason?: ThrottleReason | "code-rejected";
  /** With `too-many-wrong-proofs`: until when this kind of method rests. */
  readonly pausedUntil?: number;
}
