import { PROOF_WORDS, type ProofWordKey } from "../pages/proof-words.ts";
import type { Catalogues } from "../pages/words.ts";
import { en } from "./page-words.en.ts";
import { sv } from "./page-words.sv.ts";

export type OwnWordKey = keyof typeof en;
export type SignInWordKey = OwnWordKey | ProofWordKey;

/** The sentences of the pages of signing in, with those of every proof. */
export const SIGN_IN_WORDS: Catalogues<SignInWordKey> = { en: { ...PROOF_WORDS.en, ...en }, sv: { ...PROOF_WORDS.sv, ...sv } };
