import type { Language } from "../kit/language.ts";
import { sha256 } from "../kit/seal.ts";
import { foldCase } from "../users/case-fold.ts";
import { en } from "./security-questions.en.ts";
import { sv } from "./security-questions.sv.ts";

/** A question as it is shown. */
export interface SecurityQuestion {
  readonly id: string;
  readonly text: string;
}

const CATALOGUES = { en, sv };
/** Microsoft's bounds for an answer are 3 to 40; longer is no harm. */
const SHORTEST = 3;
const LONGEST = 100;
const EDGES = /^[\p{P}\p{S}\s]+|[\p{P}\p{S}\s]+$/gu;

/** Every question that a person of the tenant may answer: the predefined ones in the person's language, then the tenant's own, as written. */
export function securityQuestions(language: Language, custom: readonly string[]): SecurityQuestion[] {
  const predefined = Object.entries(CATALOGUES[language]).map(([id, text]) => ({ id, text }));
  return [...predefined, ...custom.map((text) => ({ id: customQuestionId(text), text }))];
}

/** A question of the tenant's own is known by its words: with other words it is another question, and old answers are not asked for. */
function customQuestionId(text: string): string {
  return `own-${sha256(text).slice(0, 16)}`;
}

/**
 * The form in which answers are compared: what differs between two typings of one answer is gone (case, width, spaces, the full stop
 * at the end), and nothing else.
 */
export function normalizeAnswer(typed: string): string {
  return foldCase(typed.normalize("NFKC")).replace(/\s+/gu, " ").replace(EDGES, "").normalize("NFC");
}

export type AnswerFault = "too-short" | "too-long" | "word-of-the-question" | "your-name" | "same-as-another";

/**
 * What is wrong with one answer of several.
 * @param names of the person: given name, surname, display name, user principal name
 */
export function answerFault(
  question: SecurityQuestion,
  answer: string,
  others: readonly string[],
  names: readonly string[],
): AnswerFault | null {
  const normal = normalizeAnswer(answer);
  if ([...normal].length < SHORTEST) return "too-short";
  if ([...normal].length > LONGEST) return "too-long";
  if (wordsOf(question.text).includes(normal) || normal === normalizeAnswer(question.text)) return "word-of-the-question";
  if (names.some((name) => normal === normalizeAnswer(name) || wordsOf(name).includes(normal))) return "your-name";
  return others.some((other) => normalizeAnswer(other) === normal) ? "same-as-another" : null;
}

function wordsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u).map(normalizeAnswer);
}

/**
 * Which of the registered questions are asked: the same ones each time for one registration, so that nobody starts again and again until
 * those come up to which the answers are known. @param rank a keyed tag of a text, so that nobody can tell which before
 */
export function questionsToAsk(registered: readonly string[], count: number, rank: (questionId: string) => string): string[] {
  const ranked = registered.map((id) => ({ id, rank: rank(id) })).sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return ranked.slice(0, count).map(({ id }) => id);
}
