import type { Catalogue, Language } from "../kit/language.ts";
import { en } from "./page-words.en.ts";
import { sv } from "./page-words.sv.ts";

export type ResetWordKey = keyof typeof en;

/** The sentences of the pages of a reset. */
export const RESET_WORDS: Readonly<Record<Language, Catalogue<ResetWordKey>>> = { en, sv };
