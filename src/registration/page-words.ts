import { PROOF_WORDS, type ProofWordKey } from "../pages/proof-words.ts";
import type { Catalogues } from "../pages/words.ts";
import { en } from "./page-words.en.ts";
import { sv } from "./page-words.sv.ts";

export type OwnWordKey = keyof typeof en;

/** The sentences of the pages of security info, with those of every proof. */
export const INFO_WORDS: Catalogues<OwnWordKey | ProofWordKey> = { en: { ...PROOF_WORDS.en, ...en }, sv: { ...PROOF_WORDS.sv, ...sv } };
