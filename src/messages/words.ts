import type { Catalogue, Language } from "../kit/language.ts";
import { en } from "./words.en.ts";
import { sv } from "./words.sv.ts";

export type WordKey = keyof typeof en;

/** The sentences of every message. */
export const WORDS: Readonly<Record<Language, Catalogue<WordKey>>> = { en, sv };
