const FORM = "must be 32 random bytes in base64, or several of them with commas between";
const MAKE = "make one with `openssl rand -base64 32`";

/** Of 32 random bytes fewer than this many differ once in 10^9 keys. */
const DISTINCT_BYTES = 16;
/** Long enough to stand in a random key by chance once in 10^7 keys only. */
const WORDS = /change.?me|secret|passw(or|0r)d|example|master.?key|placeholder|replace.?me|insert/i;
/** From NIST SP 800-38A (F.1.5) and RFC 8439 (A.5), as hexadecimal. Those that count upwards are found by that. */
const PUBLISHED = [
  "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
  "1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0",
];

/**
 * What is wrong with a key of 32 bytes in base64 (RFC 8725 §3.5: no human password as a key; security.md Q04, T01), to stand after its
 * name; `null`: nothing that can be seen. Judges what a person made in place of `openssl rand`, never how random a key is. Never repeats it.
 */
export function weaknessOfKey(text: string): string | null {
  const misshapen = misshapenKey(text);
  if (misshapen !== null) return misshapen;
  const bytes = Buffer.from(text, "base64");
  // A sentence or a password, encoded; `openssl rand -hex 16 | base64` too, which has half the strength.
  if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) return `holds text in place of random bytes: ${MAKE}`;
  if (new Set(bytes).size < DISTINCT_BYTES || repeats(bytes)) return `repeats itself, so it is not random: ${MAKE}`;
  if (counts(bytes) || counts(Buffer.from(text))) return `counts, so it is not random: ${MAKE}`;
  // A sentence or a password that was taken for base64 as it is. Random keys have letters of both cases.
  if (/^[a-z\d]+=?$|^[A-Z\d]+=?$/.test(text) || WORDS.test(text)) return `is words in place of random bytes: ${MAKE}`;
  return PUBLISHED.includes(bytes.toString("hex")) ? `is an example that was published: ${MAKE}` : null;
}

/** The same for a former key, which only unwraps: a weak one must be taken, or nobody could change it for a better one. */
export function misshapenKey(text: string): string | null {
  return /^(?:[A-Za-z0-9+/]{43}|[A-Za-z0-9_-]{43})=?$/.test(text) ? null : FORM;
}

function repeats(bytes: Buffer): boolean {
  return [1, 2, 4, 8, 16].some((period) => bytes.every((byte, index) => byte === bytes[index % period]));
}

/** 00 01 02 …, 00 11 22 …, fe fc fa …: at two of three places the next is as far off as the one before was. */
function counts(bytes: Buffer): boolean {
  const steps = Array.from(bytes.subarray(1), (byte, index) => (byte - (bytes[index] ?? 0)) & 0xff);
  const same = steps.slice(1).filter((step, index) => step === steps[index]).length;
  return same * 3 >= steps.length * 2;
}
