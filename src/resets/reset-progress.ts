import type { Clock } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import { type ChallengeMethod, METHODS } from "../methods/method.ts";
import type { Brand, HelpDesk } from "../pages/frame.ts";
import { type PasswordRule, passwordRules } from "../passwords/password-rules.ts";
import { flowAddress } from "./account-tag.ts";
import { type ResetHolder, tokenHashOf } from "./flow-holder.ts";
import type { JudgeFlow } from "./judge-flow.ts";
import { tellsNotSent } from "./not-sent.ts";
import type { ResetFlow } from "./reset-flow.ts";
import type { ResetStore } from "./reset-store.ts";
import type { ReadFlow } from "./view-reset.ts";

/** A way to prove it that a page may offer. With an id and a hint only where the person, or the tenant, allows it to be seen. */
export interface Way {
  readonly method: ChallengeMethod;
  readonly methodId?: string;
  readonly hint?: string;
}

/** A code that was asked for. Times in milliseconds. */
export interface PendingCode extends Way {
  readonly sent: boolean;
  readonly expiresAt: number;
  /** When the same way may be asked for again; `null` where nothing is sent. */
  readonly resendAfter: number | null;
  readonly tries: number;
  /** No provider took its message; `null` where that is not told (`not-sent.ts`). */
  readonly notSent: boolean | null;
}

/** What a page may show of an organisation to anybody who types a name of its domains. */
export interface TenantFront {
  readonly helpDesk: HelpDesk;
  readonly disclosure: "private" | "helpful";
  /** `null`: it has no look of its own. */
  readonly brand: Brand | null;
}

/** One statement, also where no organisation is known. */
export type ReadFront = (tenantId: string | null) => Promise<TenantFront | null>;

interface Running {
  readonly flow: ResetFlow;
  readonly front: TenantFront | null;
}

/** Where a reset stands, as its pages need to know. */
export type Progress =
  | (Running & { readonly step: "choose"; readonly proved: boolean; readonly ways: readonly Way[]; readonly code: PendingCode | null })
  | (Running & { readonly step: "password"; readonly userPrincipalName: string; readonly rules: readonly PasswordRule[] })
  /** What was proved is not enough, and nothing is left to prove it with. */
  | (Running & { readonly step: "stuck" })
  /** Another request is setting the password at this moment. */
  | { readonly step: "setting" }
  /** `told`: the person's registered addresses hear about it. */
  | { readonly step: "done"; readonly told: boolean }
  | { readonly step: "over" };

/** What a finished reset left behind, for whoever holds its token; `null` when it was never finished. One statement. */
export type FindCompleted = (flowId: string, tokenHash: string) => Promise<{ readonly told: boolean } | null>;

export interface ProgressDeps {
  readonly store: ResetStore;
  readonly readFlow: ReadFlow;
  readonly judgeFlow: JudgeFlow;
  readonly findCompleted: FindCompleted;
  readonly readFront: ReadFront;
  readonly clock: Clock;
  readonly pause: (ms: number) => Promise<unknown>;
}

export type ReadProgress = (holder: ResetHolder) => Promise<Progress>;

const LOOK_AGAIN_MS = 150;
const LOOKS = 20;

/**
 * Reads where a reset stands. Before the first proof the answer is the same for everybody of a domain, known or not, after the same
 * work: one state call and one statement (design §3).
 */
export function createReadProgress(deps: ProgressDeps): ReadProgress {
  return async (holder) => {
    for (let look = 1; ; look++) {
      const flow = await deps.readFlow(holder).catch(overIsNull);
      if (flow !== null) return progressOf(deps, flow);
      const completed = await deps.findCompleted(holder.id, tokenHashOf(holder));
      if (completed !== null) return { step: "done", told: completed.told };
      if (!(await isBeingSet(deps, holder))) return { step: "over" };
      // The password is being hashed and written for a click before this one: the answer is a moment away.
      if (look === LOOKS) return { step: "setting" };
      await deps.pause(LOOK_AGAIN_MS);
    }
  };
}

function overIsNull(error: unknown): null {
  if (error instanceof Problem && error.code === "invalid-reset-token") return null;
  throw error;
}

async function isBeingSet({ store, clock }: ProgressDeps, holder: ResetHolder): Promise<boolean> {
  const address = flowAddress(holder.id);
  const found = address === null ? null : await store.peek(address, { now: clock.now() });
  // Its holder could not read it: it is claimed, or was until a moment ago, and then the next look finds it.
  return found !== null && found.outcome === "found" && found.flow.tokenHash === tokenHashOf(holder);
}

async function progressOf(deps: ProgressDeps, flow: ResetFlow): Promise<Progress> {
  const front = await deps.readFront(flow.tenantId ?? null);
  const proved = Object.keys(flow.proofs).length > 0;
  const running = { flow, front };
  if (!proved && front?.disclosure !== "helpful") {
    const ways = offeredBy(flow).map((method) => ({ method }));
    return { ...running, step: "choose", proved, ways, code: pendingCode(flow, ways) };
  }
  const judged = await deps.judgeFlow(flow);
  if (judged.step === "open") {
    const { userPrincipalName, tenant } = judged.account;
    return { ...running, step: "password", userPrincipalName, rules: passwordRules(tenant.policy.passwords) };
  }
  const ways = judged.step === "refused" ? [] : judged.methods.filter(({ method }) => proved || method !== "securityQuestions");
  if (ways.length === 0) return { ...running, step: "stuck" };
  return { ...running, step: "choose", proved, ways, code: pendingCode(flow, ways) };
}

function offeredBy(flow: ResetFlow): ChallengeMethod[] {
  return (Object.keys(METHODS) as ChallengeMethod[]).filter((method) => flow.offered[method] === true);
}

function pendingCode(flow: ResetFlow, ways: readonly Way[]): PendingCode | null {
  const { challenge, resend } = flow;
  if (challenge === undefined) return null;
  const { method, expiresAt, tries, target } = challenge;
  const way = ways.find((candidate) => candidate.method === method && candidate.methodId === target?.id);
  const { sent } = METHODS[method];
  const notSent = sent && tellsNotSent(flow) ? challenge.notSent === true : null;
  return { method, ...way, sent, expiresAt, tries, resendAfter: sent ? (resend[method]?.at ?? null) : null, notSent };
}
