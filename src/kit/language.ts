import { IntlMessageFormat } from "intl-messageformat";

export const LANGUAGES = ["en", "sv"] as const;
export type Language = (typeof LANGUAGES)[number];
export const DEFAULT_LANGUAGE: Language = "en";

export function isLanguage(word: string): word is Language {
  return (LANGUAGES as readonly string[]).includes(word);
}

/** The best language for a list of wishes, in order: `?lang=`, a stored preference, then `Accept-Language` (RFC 9110 §12.5.4). */
export function chooseLanguage(...wishes: (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    if (typeof wish !== "string" || wish.length > 500) continue;
    for (const { tag } of ranges(wish)) {
      const primary = tag.split("-", 1)[0]?.toLowerCase() ?? "";
      if (isLanguage(primary)) return primary;
    }
  }
  return DEFAULT_LANGUAGE;
}

function ranges(header: string): { tag: string; quality: number }[] {
  return header
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().split(";");
      const q = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find((value) => value !== undefined);
      return { tag, quality: q === undefined ? 1 : Number(q) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
}

/** Sentences by key. Every language is a value of the same type, so a missing sentence does not compile. */
export type Catalogue<Key extends string> = Readonly<Record<Key, string>>;
export type Values = Readonly<Record<string, string | number>>;

const formats = new Map<string, IntlMessageFormat>();

/** One sentence (ICU MessageFormat) with its values. Sentences are ours and few, so each is parsed once and kept. */
export function formatMessage(language: Language, sentence: string, values: Values = {}): string {
  const key = `${language} ${sentence}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new IntlMessageFormat(sentence, language, undefined, { ignoreTag: true });
    formats.set(key, format);
  }
  return String(format.format(values));
}

const times: Partial<Record<Language, Intl.DateTimeFormat>> = {};

/** A moment as a person reads it, in UTC, since nobody has told us their time zone: "21 November 2026 at 08:37 UTC". @param at milliseconds */
export function timeWords(language: Language, at: number): string {
  // Making a format takes fifty times as long as using it.
  times[language] ??= new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: "UTC",
  });
  return `${times[language].format(at)} UTC`;
}
