import { PROOF_WORDS, type ProofWordKey } from "../pages/proof-words.ts";
import type { Catalogues } from "../pages/words.ts";
import { en } from "./link-words.en.ts";
import { sv } from "./link-words.sv.ts";

export type LinkWordKey = keyof typeof en;

/** The sentences of the page behind the link, with those of every new password. */
export const LINK_WORDS: Catalogues<LinkWordKey | ProofWordKey> = { en: { ...PROOF_WORDS.en, ...en }, sv: { ...PROOF_WORDS.sv, ...sv } };
