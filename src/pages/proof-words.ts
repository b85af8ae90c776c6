import { en } from "./proof-words.en.ts";
import { sv } from "./proof-words.sv.ts";
import type { Catalogues } from "./words.ts";

export type ProofWordKey = keyof typeof en;

/** The sentences of choosing a way, typing a code and choosing a password, wherever that is. */
export const PROOF_WORDS: Catalogues<ProofWordKey> = { en, sv };
