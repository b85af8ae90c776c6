import type { Sealer } from "../keys/sealer.ts";
import { chooseLanguage } from "../kit/language.ts";
import type { SecurityAnswerVerifier } from "../methods/security-answer-verifier.ts";
import type { SecurityQuestion } from "../methods/security-questions.ts";
import { type PasswordRule, passwordRules } from "../passwords/password-rules.ts";
import type { ResetHolder } from "./flow-holder.ts";
import type { JudgedFlow, JudgeFlow, OfferedMethod } from "./judge-flow.ts";
import type { Given } from "./later-proofs.ts";
import { openOrigin } from "./origin.ts";
import type { ProveGate } from "./prove-gate.ts";
import type { ResetFlow } from "./reset-flow.ts";

export interface VerifyCodeDeps {
  readonly proveGate: ProveGate;
  readonly judgeFlow: JudgeFlow;
  readonly securityAnswers: Pick<SecurityAnswerVerifier, "questionsOf">;
  readonly sealer: Sealer;
}

/** A method for the next gate; with the questions to answer, where it is those. */
export interface NextMethod extends OfferedMethod {
  readonly questions?: readonly SecurityQuestion[];
}

export type Verified =
  /** An empty list: nothing the person has is enough any more; an administrator has to help. */
  | { readonly next: "challenge"; readonly methods: readonly NextMethod[] }
  | { readonly next: "password"; readonly passwordRules: readonly PasswordRule[] }
  | { readonly next: "unlock" };

export type VerifyCode = (holder: ResetHolder, challengeId: string, given: Given) => Promise<Verified>;

/** Proves one gate of a reset or an unlock. Only a passed gate costs a statement: what comes next. */
export function createVerifyCode({ proveGate, judgeFlow, securityAnswers, sealer }: VerifyCodeDeps): VerifyCode {
  return async (holder, challengeId, given) => {
    const flow = await proveGate(holder, challengeId, given);
    const judged = await judgeFlow(flow);
    if (judged.step === "refused") return { next: "challenge", methods: [] };
    if (judged.step === "challenge") return { next: "challenge", methods: await withQuestions(flow, judged, securityAnswers, sealer) };
    if (flow.purpose === "unlock") return { next: "unlock" };
    return { next: "password", passwordRules: passwordRules(judged.account.tenant.policy.passwords) };
  };
}

/** Questions come with their texts, in the person's language. Too few answered to be asked: the method is none. */
async function withQuestions(
  flow: ResetFlow,
  { methods, account }: Extract<JudgedFlow, { step: "challenge" }>,
  securityAnswers: VerifyCodeDeps["securityAnswers"],
  sealer: Sealer,
): Promise<NextMethod[]> {
  const language = () => chooseLanguage(account.preferredLanguage, openOrigin(sealer, flow.id, flow.origin).language);
  const complete = methods.map(async (method): Promise<NextMethod[]> => {
    if (method.method !== "securityQuestions") return [method];
    const questions = await securityAnswers.questionsOf(account.id, method.methodId, language());
    return questions.length === 0 ? [] : [{ ...method, questions }];
  });
  return (await Promise.all(complete)).flat();
}
