import type { Clock } from "../kit/clock.ts";
import { Problem, tooManyAttempts } from "../kit/problem.ts";
import { newId, type Random } from "../kit/random.ts";
import { sha256 } from "../kit/seal.ts";
import { normalizeCode, type SentCodes } from "../methods/sent-code.ts";
import type { TotpVerifier } from "../methods/totp-verifier.ts";
import { type PasswordRule, passwordRules } from "../passwords/password-rules.ts";
import type { Limits } from "../throttle/limits.ts";
import { flowAddress } from "./account-tag.ts";
import { isCheckedByApp } from "./challenge-id.ts";
import type { JudgeFlow, OfferedMethod } from "./judge-flow.ts";
import type { ResetHolder } from "./request-challenge.ts";
import type { ResetFlow } from "./reset-flow.ts";
import type { FlowAddress, ProveResult, ResetStore, VerifyResult } from "./reset-store.ts";

export interface VerifyCodeDeps {
  readonly store: ResetStore;
  readonly sentCodes: SentCodes;
  readonly totp: TotpVerifier;
  readonly judgeFlow: JudgeFlow;
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: Limits;
}

export type Verified =
  /** An empty list: nothing the person has is enough any more; an administrator has to help. */
  | { readonly next: "challenge"; readonly methods: readonly OfferedMethod[] }
  | { readonly next: "password"; readonly passwordRules: readonly PasswordRule[] };

export type VerifyCode = (holder: ResetHolder, challengeId: string, code: string) => Promise<Verified>;

/**
 * Proves one gate. A sent code is compared before the state call and counts only if that call finds the challenge pending, so that
 * counting, comparing and passing are one atomic step; the same for a decoy. Only a passed gate costs a statement: what comes next.
 */
export function createVerifyCode(deps: VerifyCodeDeps): VerifyCode {
  const { store, sentCodes, judgeFlow } = deps;

  const verifySent = async (address: FlowAddress, holder: ResetHolder, challengeId: string, code: string): Promise<ResetFlow> => {
    const matches = sentCodes.matches({ purpose: "reset", flowId: holder.id, challengeId }, code) ? "yes" : "no";
    const result = await store.verify(address, { ...stepOf(deps, holder, challengeId), matches });
    return result.outcome === "passed" ? result.flow : refuse(deps, result);
  };

  const verifyTotp = async (address: FlowAddress, holder: ResetHolder, challengeId: string, code: string): Promise<ResetFlow> => {
    const counted = await store.verify(address, { ...stepOf(deps, holder, challengeId), matches: "later" });
    if (counted.outcome !== "counted") return refuse(deps, counted);
    const candidates = counted.flow.decoy ? [] : (counted.flow.methods.authenticatorApp ?? []);
    const target = await deps.totp.verify(counted.flow.userId ?? null, candidates, code);
    const result = await store.prove(address, { ...stepOf(deps, holder, challengeId), ...(target === null ? {} : { target }) });
    return result.outcome === "passed" ? result.flow : refuse(deps, result);
  };

  return async (holder, challengeId, typed) => {
    const address = flowAddress(holder.id);
    if (address === null) throw new Problem("invalid-reset-token");
    const code = normalizeCode(typed);
    // The challenge id says by which way it is checked; the state call checks that it is the pending one of that way.
    const flow = isCheckedByApp(challengeId)
      ? await verifyTotp(address, holder, challengeId, code)
      : await verifySent(address, holder, challengeId, code);
    const judged = await judgeFlow(flow);
    if (judged.step === "open") return { next: "password", passwordRules: passwordRules(judged.account.tenant.policy.passwords) };
    return { next: "challenge", methods: judged.step === "challenge" ? judged.methods : [] };
  };
}

function stepOf({ clock, random, limits }: VerifyCodeDeps, holder: ResetHolder, challengeId: string) {
  const tries = limits.triesOfCode[0]?.limit ?? 0;
  return { now: clock.now(), eventId: newId(random), tokenHash: sha256(holder.token), challengeId, tries, wrongProofs: limits.wrongProofs };
}

/** Wrong, expired, used, replaced and foreign are one and the same to the caller (contract, section 3). */
function refuse({ clock }: VerifyCodeDeps, result: VerifyResult | ProveResult): never {
  if (result.outcome === "invalid") throw new Problem("invalid-reset-token");
  if (result.outcome === "limited") throw tooManyAttempts(result.retryAt - clock.now());
  throw new Problem("code-rejected");
}
