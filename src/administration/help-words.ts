import type { Catalogues } from "../pages/words.ts";
import { en } from "./help-words.en.ts";
import { sv } from "./help-words.sv.ts";

export type HelpWordKey = keyof typeof en;

/** The sentences of the page that asks an administrator for help. */
export const HELP_WORDS: Catalogues<HelpWordKey> = { en, sv };
