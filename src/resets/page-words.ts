import { PROOF_WORDS, type ProofWordKey } from "../pages/proof-words.ts";
import type { Catalogues } from "../pages/words.ts";
import { en } from "./page-words.en.ts";
import { sv } from "./page-words.sv.ts";

export type OwnWordKey = keyof typeof en;
export type ResetWordKey = OwnWordKey | ProofWordKey;

/** The sentences of the pages of a reset, with those of every proof. */
export const RESET_WORDS: Catalogues<ResetWordKey> = { en: { ...PROOF_WORDS.en, ...en }, sv: { ...PROOF_WORDS.sv, ...sv } };
