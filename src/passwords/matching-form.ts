/** The substitutions that Microsoft publishes for its banned password rule (entra-sspr.md §5.2). `!` is not among them: P8 counts it. */
const SUBSTITUTIONS: Readonly<Record<string, string>> = { "0": "o", "1": "l", $: "s", "@": "a", ς: "σ" };

/** Accents of the Latin, Greek and Cyrillic scripts. Vowel signs of other scripts are letters of their words and stay. */
const ACCENTS = /[\u0300-\u036f]/g;

/**
 * The form in which passwords, terms and names are compared, and only compared: never what is hashed or stored.
 *
 * Compatibility forms, case and accents fall together ("Ｐäss" → "pass"), then the published substitutions are undone
 * ("p@ss" → "pass"). Wider than the original, which takes ASCII passwords alone; on ASCII it is the same. Terms and names must
 * pass through it too, or the term `2018` never meets `2ol8` (entra-sspr.md §5.4, item 5). Idempotent.
 * @returns the compared form; it may have more or fewer characters than `text`
 */
export function toMatchingForm(text: string): string {
  const bare = text.normalize("NFKD").replace(ACCENTS, "");
  // Lower, upper, lower: the nearest thing to Unicode case folding in the language (ß and ẞ meet SS, ı meets I).
  const folded = bare.toLowerCase().toUpperCase().toLowerCase().normalize("NFKC");
  return folded.replace(/[01$@ς]/g, (character) => SUBSTITUTIONS[character] ?? character);
}

/** Unicode code points, the unit in which password lengths are given (NIST SP 800-63B-4 §3.1.1.2, security.md E04). */
export function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
