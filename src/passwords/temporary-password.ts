import type { Random } from "../kit/random.ts";

/** Consonants and vowels that are told apart by ear and eye: no l/1, o/0, c/k, b/p in one place. */
const CONSONANTS = "bdfghjkmnprstvz";
const VOWELS = "aeiu";
const DIGITS = "23456789";

/**
 * A password that can be read out on the telephone: four made-up words and two digits, "Tuvi-68-gane-dasi-fuhe". About 53 bits, more than any
 * temporary password needs, and it satisfies the composition rules that a directory may have.
 */
export function newTemporaryPassword(random: Random): string {
  const pick = (letters: string): string => letters[uniform(random, letters.length)] ?? "";
  const word = () => pick(CONSONANTS) + pick(VOWELS) + pick(CONSONANTS) + pick(VOWELS);
  const [first = "", ...rest] = [word(), pick(DIGITS) + pick(DIGITS), word(), word(), word()];
  return [first[0]?.toUpperCase() + first.slice(1), ...rest].join("-");
}

/** Without bias: bytes beyond the last whole multiple are thrown away. */
function uniform(random: Random, count: number): number {
  const limit = 256 - (256 % count);
  for (;;) {
    const byte = random(1)[0] ?? 0;
    if (byte < limit) return byte % count;
  }
}
