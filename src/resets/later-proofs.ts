import type { ChallengeMethod, MethodCandidate } from "../methods/method.ts";
import type { RecoveryCodeVerifier } from "../methods/recovery-code-verifier.ts";
import type { GivenAnswers, SecurityAnswerVerifier } from "../methods/security-answer-verifier.ts";
import { normalizeCode } from "../methods/sent-code.ts";
import type { TotpVerifier } from "../methods/totp-verifier.ts";

/** What was typed to pass a challenge: one code, or answers by question. */
export type Given = { readonly code: string } | { readonly answers: GivenAnswers };

export type LaterMethod = Extract<ChallengeMethod, "authenticatorApp" | "recoveryCode" | "securityQuestions">;

/** What checks one kind of proof that only PostgreSQL knows. The same statements and the same work where there is nobody. */
type LaterProof = (userId: string | null, candidates: readonly MethodCandidate[], given: Given) => Promise<MethodCandidate | null>;
export type LaterProofs = Readonly<Record<LaterMethod, LaterProof>>;

export interface LaterVerifiers {
  readonly totp: TotpVerifier;
  readonly recoveryCodes: RecoveryCodeVerifier;
  readonly securityAnswers: SecurityAnswerVerifier;
}

export function createLaterProofs({ totp, recoveryCodes, securityAnswers }: LaterVerifiers): LaterProofs {
  return {
    authenticatorApp: (userId, candidates, given) => totp.verify(userId, candidates, normalizeCode(codeOf(given))),
    recoveryCode: (userId, candidates, given) => recoveryCodes.verify(userId, candidates, codeOf(given)),
    securityQuestions: (userId, candidates, given) => securityAnswers.verify(userId, candidates, "answers" in given ? given.answers : {}),
  };
}

function codeOf(given: Given): string {
  return "code" in given ? given.code : "";
}

/** Whether a challenge by this way is answered so: questions by answers, all others by a code. */
export function fits(method: LaterMethod | null, given: Given): boolean {
  return (method === "securityQuestions") === "answers" in given;
}
