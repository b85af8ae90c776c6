/** GSM 7-bit default alphabet (3GPP TS 23.038 §6.2.1) without its escape, and what stands behind the escape and takes two places. */
const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENDED = "\f^{}\\[~]|€";

/** What one segment holds of either alphabet. */
export const SEGMENT = { gsm: 160, unicode: 70 } as const;

/** Places that a text takes in one alphabet or the other: one letter outside GSM 7-bit makes all of them 16 bits wide. */
export function textSize(text: string): { alphabet: keyof typeof SEGMENT; places: number } {
  const chars = [...text];
  if (!chars.every((char) => BASIC.includes(char) || EXTENDED.includes(char))) return { alphabet: "unicode", places: text.length };
  return { alphabet: "gsm", places: chars.reduce((sum, char) => sum + (EXTENDED.includes(char) ? 2 : 1), 0) };
}

/**
 * A name as it can stand in a text message: letters that GSM lacks lose their accents or fall away, and the rest fits into so many
 * places.
 */
export function gsmName(name: string, places: number): string {
  const known = [...name.normalize("NFC")].map((char) => (BASIC.includes(char) ? char : plainLetter(char))).join("");
  return known.replace(/\s+/g, " ").trim().slice(0, Math.max(0, places)).trim();
}

function plainLetter(char: string): string {
  const [base = ""] = char.normalize("NFKD");
  return /^[A-Za-z0-9]$/.test(base) ? base : "";
}
