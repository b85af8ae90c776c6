import type { Random } from "../kit/random.ts";

/** No vowels, so that no word comes out, and no letter that is heard or read as another. */
const LETTERS = "BCDFGHKMPQRSTWXZ";

/** A code to tell the help desk, who finds the reset by it: eight letters, "KXQT-WMRB". Letters only, so that it is never taken for a code. */
export function newSupportCode(random: Random): string {
  const letters = [...random(8)].map((byte) => LETTERS[byte % LETTERS.length]).join("");
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}
