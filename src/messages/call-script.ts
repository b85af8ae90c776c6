import { formatMessage, type Language } from "../kit/language.ts";
import { spacedCode } from "../methods/sent-code.ts";
import { type CodePurpose, type Occasion, purposeWord } from "./compose-message.ts";
import { WORDS, type WordKey } from "./words.ts";

export type CallStep = { readonly say: string } | { readonly pauseSeconds: number };

/** What a call says next. It ends after the last step, unless a key is pressed where one is waited for. */
export interface CallScript {
  readonly language: Language;
  /** A key may be pressed while these are said and a while after; then the call asks for its next script. */
  readonly untilKey: readonly CallStep[];
  readonly steps: readonly CallStep[];
}

/** The key that says that a person is listening. */
export const LISTENING_KEY = "1";

/** Before a key is pressed no digit of the code is said: an answering machine presses none (security.md H12). */
export function promptScript({ language, organisation }: CallOccasion, purpose: CodePurpose = "reset"): CallScript {
  const say = speaker(language, organisation, purpose);
  const prompt = say("callPrompt");
  return { language, untilKey: [{ pauseSeconds: 1 }, prompt, { pauseSeconds: 3 }, prompt], steps: [say("callNoKey")] };
}

/** The digits one by one with a pause after each, and all of it twice: to be written down while listening. */
export function codeScript({ language, organisation }: CallOccasion, code: string): CallScript {
  const say = speaker(language, organisation);
  const digits = [...code].flatMap((digit): CallStep[] => [{ say: digit }, { pauseSeconds: 1 }]);
  return { language, untilKey: [], steps: [say("callCode"), ...digits, say("callAgain"), ...digits, say("callNever")] };
}

/** Used up, replaced, expired: the same words for all. */
export function overScript(language: Language): CallScript {
  return { language, untilKey: [], steps: [speaker(language, "")("callOver")] };
}

/** The whole call in writing, for the outbox. */
export function callText({ language, organisation }: CallOccasion, code: string, purpose: CodePurpose = "reset"): string {
  const words = speaker(language, organisation, purpose);
  return [words("callPrompt").say, `${words("callCode").say} ${spacedCode(code)}`, words("callNever").say].join("\n\n");
}

type CallOccasion = Pick<Occasion, "language" | "organisation">;

function speaker(language: Language, organisation: string, purpose: CodePurpose = "reset"): (key: WordKey) => { say: string } {
  return (key) => ({ say: formatMessage(language, WORDS[language][key], { organisation, purpose: purposeWord(purpose) }) });
}
