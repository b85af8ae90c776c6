import type { Language } from "../kit/language.ts";
import type { MethodCandidate } from "./method.ts";
import type { SecurityQuestion } from "./security-questions.ts";

/** Answers by the id of their question, as they were typed. */
export type GivenAnswers = Readonly<Record<string, string>>;

/** Nobody registers more (contract, `securityQuestions.toRegister`): what is given beyond is not looked at. */
export const MOST_ANSWERS = 5;

/**
 * Checks answers to security questions: right when each question that is asked of the person has its right answer. Each answer given costs one
 * slow hash, known or not, for somebody or for nobody.
 */
export interface SecurityAnswerVerifier {
  /** The candidate whose answers they were; `null` for none. */
  verify(userId: string | null, candidates: readonly MethodCandidate[], given: GivenAnswers): Promise<MethodCandidate | null>;
  /**
   * The questions to ask, as many as the policy wants for a reset, always the same ones of one registration. Empty where fewer of the
   * answered ones are still the tenant's: then the method is none.
   */
  questionsOf(userId: string, methodId: string, language: Language): Promise<SecurityQuestion[]>;
}
