import type { TranslationKeys } from "@zxcvbn-ts/core";

/** What makes the password easy to guess: the estimator's word for it → ours. */
const WEAKNESSES = {
  straightRow: "keyboard-row",
  keyPattern: "keyboard-pattern",
  simpleRepeat: "repeated-character",
  extendedRepeat: "repeated-pattern",
  sequences: "sequence",
  recentYears: "recent-year",
  dates: "date",
  topTen: "top-ten-password",
  topHundred: "top-hundred-password",
  common: "very-common-password",
  similarToCommon: "similar-to-common-password",
  wordByItself: "single-word",
  namesByThemselves: "single-name",
  commonNames: "common-name",
  userInputs: "own-name-or-term",
  pwned: "leaked-password",
} as const satisfies Record<keyof TranslationKeys["warnings"], string>;

/** What would make it better. */
const ADVICE = {
  l33t: "substitutions-do-not-help",
  reverseWords: "reversing-does-not-help",
  allUppercase: "capitals-do-not-help",
  capitalization: "first-capital-does-not-help",
  dates: "avoid-dates",
  recentYears: "avoid-recent-years",
  associatedYears: "avoid-own-years",
  sequences: "avoid-sequences",
  repeated: "avoid-repeats",
  longerKeyboardPattern: "use-longer-keyboard-pattern",
  anotherWord: "add-uncommon-words",
  useWords: "use-several-words",
  noNeed: "symbols-not-needed",
  pwned: "choose-another-password",
} as const satisfies Record<keyof TranslationKeys["suggestions"], string>;

/** Stable words that the page's catalogue turns into sentences. */
export type GuidanceCode = (typeof WEAKNESSES)[keyof typeof WEAKNESSES] | (typeof ADVICE)[keyof typeof ADVICE];

/** Every code there is: a catalogue can be checked against it. */
export const GUIDANCE_CODES: readonly GuidanceCode[] = [...Object.values(WEAKNESSES), ...Object.values(ADVICE)];

/**
 * The estimator's feedback in our codes, the weakness first, each code once. Without translations it names its sentences by their
 * keys, some of which stand in both tables (`dates`, `sequences`); hence two tables. Unknown keys, of a later version, are left out.
 */
export function toGuidance(warning: string | null, suggestions: readonly string[]): GuidanceCode[] {
  const codes = [lookUp(WEAKNESSES, warning ?? ""), ...suggestions.map((key) => lookUp(ADVICE, key))];
  return [...new Set(codes.filter((code) => code !== undefined))];
}

function lookUp<T extends GuidanceCode>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
