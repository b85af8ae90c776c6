import { type Catalogue, formatMessage, type Language, type Values } from "../kit/language.ts";
import { en } from "./words.en.ts";
import { sv } from "./words.sv.ts";

export type FurnitureKey = keyof typeof en;
export const FURNITURE: Catalogues<FurnitureKey> = { en, sv };

/** One catalogue for each language; a slice's pages bring their own. */
export type Catalogues<Key extends string> = Readonly<Record<Language, Catalogue<Key>>>;
/** Says a sentence of a catalogue in one language. */
export type Say<Key extends string> = (key: Key, values?: Values) => string;

export function sayIn<Key extends string>(words: Catalogues<Key>, language: Language): Say<Key> {
  return (key, values) => formatMessage(language, words[language][key], values);
}

/** What each language calls itself: the one who looks for it reads it in no other. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", sv: "Svenska" };

/** A wait in words, rounded up to what a person can use: "45 seconds", "12 minutes", "3 hours". */
export function waitWords(language: Language, milliseconds: number): string {
  const say = sayIn(FURNITURE, language);
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  if (seconds < 90) return say("seconds", { count: seconds });
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? say("minutes", { count: minutes }) : say("hours", { count: Math.ceil(minutes / 60) });
}
