import type { Score, ZxcvbnFactory, ZxcvbnResult } from "@zxcvbn-ts/core";
import { nameParts } from "./name-rule.ts";
import { type GuidanceCode, toGuidance } from "./password-guidance.ts";
import { commonLanguage, englishLanguage, zxcvbnCore } from "./zxcvbn-packages.ts";

export interface Strength {
  /** 0 and 1 are guessed in a throttled attack, 2 is fair, 3 good, 4 very good (fewer than 10³, 10⁶, 10⁸, 10¹⁰ guesses, or more). */
  score: Score;
  /** What is weak, then what helps. Empty from score 3 on. */
  guidance: GuidanceCode[];
}

/**
 * UTF-16 units given to the estimator at once. It tries every substring in every dictionary for every way to undo substitutions, so
 * its time grows faster than the length, and it runs on the thread that answers requests: 256 hostile characters held it for a second, twice
 * 64 for 0.12 s, twice 32 for 0.06 s. A good passphrase has shown itself by then, and a part is never stronger than the whole.
 */
const WINDOW = 32;

/** Ways to undo substitutions that are tried, 100 by default: a fifth of the time, with the same verdicts on our samples. */
const SUBSTITUTION_TRIES = 20;

const MOST_USER_INPUTS = 1200;
const LONGEST_USER_INPUT = 24;
const GOOD = 3;

let estimator: ZxcvbnFactory | undefined;

/**
 * Loads the dictionaries now rather than at the first judgement (some 0.2 s, once; some 60 MB). Call it after the server
 * listens, so that no person's request waits for it. Calling it again does nothing.
 */
export function loadStrengthEstimator(): ZxcvbnFactory {
  if (estimator === undefined) {
    const common = commonLanguage();
    estimator = new (zxcvbnCore().ZxcvbnFactory)({
      dictionary: { ...common.dictionary, ...englishLanguage().dictionary },
      graphs: common.adjacencyGraphs,
      l33tMaxSubstitutions: SUBSTITUTION_TRIES,
    });
  }
  return estimator;
}

/**
 * How hard the password is to guess, and what would help, in codes (security.md E11).
 * Of a long password the beginning and the end are judged and the better counts: a password is at least as strong as a part of it.
 * @param userInputs words that an attacker of this person tries first: names, the organisation, the tenant's terms. The first 1200 count.
 */
export function estimateStrength(password: string, userInputs: readonly string[]): Strength {
  const inputs = boundUserInputs(userInputs);
  let best = judge(password.slice(0, WINDOW), inputs);
  if (password.length > WINDOW && best.score < GOOD) {
    const end = judge(password.slice(-WINDOW), inputs);
    if (end.guesses > best.guesses) best = end;
  }
  return { score: best.score, guidance: toGuidance(best.feedback.warning, best.feedback.suggestions) };
}

function judge(text: string, inputs: string[]): ZxcvbnResult {
  return loadStrengthEstimator().check(text, inputs);
}

/** The longest input sets how long the substrings are that the estimator looks up, so a long one makes every check slow. */
function boundUserInputs(userInputs: readonly string[]): string[] {
  const words = userInputs
    .slice(0, MOST_USER_INPUTS)
    .flatMap((input) => nameParts(input.normalize("NFC").slice(0, 10 * LONGEST_USER_INPUT)));
  const usable = words.filter((word) => word.length >= 3 && word.length <= LONGEST_USER_INPUT);
  return [...new Set(usable.map((word) => word.toLowerCase()))].slice(0, MOST_USER_INPUTS);
}
