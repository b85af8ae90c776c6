import type { Random } from "../kit/random.ts";

export const CODES_OF_SET = 10;

/** Crockford's base32: no I, L, O or U, which are read as something else, and 32 signs, so that five bits are one sign. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** 80 bits: NIST SP 800-63B-4 §4.2.1.1 asks for 64, security.md G01 advises 80. */
const SIGNS = 16;
const WRITTEN_OTHERWISE: Readonly<Record<string, string>> = { O: "0", I: "1", L: "1" };

/** A new set of codes, each four groups of four signs. */
export function newRecoveryCodes(random: Random): string[] {
  return Array.from({ length: CODES_OF_SET }, () => newRecoveryCode(random));
}

function newRecoveryCode(random: Random): string {
  // One byte for each sign: 256 is a multiple of 32, so no sign is likelier than another.
  const signs = [...random(SIGNS)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
  return signs.match(/.{4}/g)?.join("-") ?? signs;
}

/** As people type it, to the form that is hashed: any case, with or without hyphens and blanks, O for 0, I and L for 1. Never throws. */
export function normalizeRecoveryCode(typed: string): string {
  return typed
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[\s\-–—]/g, "")
    .replace(/[OIL]/g, (sign) => WRITTEN_OTHERWISE[sign] ?? sign)
    .slice(0, 4 * SIGNS);
}
