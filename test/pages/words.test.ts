import { IntlMessageFormat } from "intl-messageformat";
import t from "tap";
import { HELP_WORDS } from "../../src/administration/help-words.ts";
import { LINK_WORDS } from "../../src/administration/link-words.ts";
import { LANGUAGES } from "../../src/kit/language.ts";
import { FURNITURE, waitWords } from "../../src/pages/words.ts";
import { PASSWORD_WORDS } from "../../src/passwords/password-words.ts";
import { INFO_WORDS } from "../../src/registration/page-words.ts";
import { RESET_WORDS } from "../../src/resets/page-words.ts";
import { SIGN_IN_WORDS } from "../../src/sign-in/page-words.ts";

// That no sentence is missing is the compiler's business. Here: that each can be said, and with the same values in every language.

/** Types of elements that hold no value: text, and the number sign of a plural. */
const LITERALS = [0, 7];
const CATALOGUES = { HELP_WORDS, LINK_WORDS, FURNITURE, RESET_WORDS, SIGN_IN_WORDS, INFO_WORDS, PASSWORD_WORDS };

for (const [name, words] of Object.entries(CATALOGUES)) {
  t.test(`${name}: every sentence takes the same values in every language`, async (t) => {
    for (const [key, sentence] of Object.entries<string>(words.en)) {
      const wanted = valuesOf(sentence, "en");
      for (const language of LANGUAGES) {
        const said: string = words[language][key as keyof (typeof words)["en"]];
        t.strictSame(valuesOf(said, language), wanted, `${language} ${key}`);
        t.equal(said.trim(), said, `${language} ${key}: no space around it`);
        t.ok(said.length > 0);
      }
    }
  });
}

/** Names of the values in a sentence. Throws where it cannot be parsed. */
function valuesOf(sentence: string, language: string): string[] {
  const elements = new IntlMessageFormat(sentence, language, undefined, { ignoreTag: true }).getAst();
  return [
    ...new Set(elements.filter(({ type }) => !LITERALS.includes(type)).map((element) => String((element as { value: unknown }).value))),
  ].sort();
}

t.test("a wait is told in what a person can use", async (t) => {
  const minute = 60_000;
  for (const [milliseconds, english, swedish] of [
    [-5, "1 second", "1 sekund"],
    [1, "1 second", "1 sekund"],
    [41_001, "42 seconds", "42 sekunder"],
    [89_000, "89 seconds", "89 sekunder"],
    [90_000, "2 minutes", "2 minuter"],
    [15 * minute, "15 minutes", "15 minuter"],
    [89 * minute, "89 minutes", "89 minuter"],
    [90 * minute, "2 hours", "2 timmar"],
    [23.5 * 60 * minute, "24 hours", "24 timmar"],
  ] as const) {
    t.equal(waitWords("en", milliseconds), english);
    t.equal(waitWords("sv", milliseconds), swedish);
  }
});
