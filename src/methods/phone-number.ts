import { type CountryCode, isSupportedCountry, ParseError, type PhoneNumber, parsePhoneNumberWithError } from "libphonenumber-js/max";

/**
 * Phone numbers to E.164 (security.md H04).
 *
 * Accepted is what the numbering plan makes *possible* (a known country code and a length that occurs there), not only what it lists as
 * *valid*: the lists lag behind new ranges, and the numbers that regulators set aside for examples (+44 7700 900123) are not in
 * them. Refused are the kinds that cost the caller, cost us, or reach no one person. A possible number that is in no list
 * is judged by its neighbours, so that a gap in a premium range is no way in.
 */

export type PhoneNumberFault =
  | "not-a-phone-number"
  | "country-missing"
  | "unknown-country-code"
  | "impossible-length"
  | "extension"
  | "premium"
  | "shared-cost"
  | "toll-free"
  | "personal-number"
  | "pager"
  | "universal-access"
  | "voicemail"
  | "satellite";

type Kind = NonNullable<ReturnType<PhoneNumber["getType"]>>;

const REFUSED_KINDS: Readonly<Partial<Record<Kind, PhoneNumberFault>>> = {
  PREMIUM_RATE: "premium",
  SHARED_COST: "shared-cost",
  TOLL_FREE: "toll-free",
  PERSONAL_NUMBER: "personal-number",
  PAGER: "pager",
  UAN: "universal-access",
  VOICEMAIL: "voicemail",
};

const LONGEST_WRITTEN = 64;
/** `+` and 15 digits (ITU-T E.164 §6.2.1). */
const LONGEST_E164 = 16;
/** Superscripts and circled digits would become digits by normalisation; nobody writes a phone number so. */
const ODD_DIGITS = /\p{No}/u;
const INVISIBLE = /\p{Cf}/gu;
const SPACES = /[\p{Z}\s]+/gu;
const DASHES = /[\p{Pd}\u2212]/gu;
/** The prefix for "abroad" that people write instead of `+`, whatever their own country dials. No national number starts so. */
const INTERNATIONAL_PREFIX = /^\(?00(?=[\p{Nd} -])/u;
const NATIONAL_WRITING = /^[\p{Nd}() ./-]*\p{Nd}[\p{Nd}() ./-]*$/u;
const DOTS = "••••••••";

/**
 * @param text one number in any usual writing; national writing needs `defaultCountry`
 * @param defaultCountry ISO 3166-1 alpha-2, in any case; a code that has no numbering plan counts as missing
 */
export function parsePhoneNumber(
  text: string,
  defaultCountry?: string,
  use: "mobile" | "office" = "mobile",
): { ok: true; e164: string } | { ok: false; reason: PhoneNumberFault } {
  if (text.length > LONGEST_WRITTEN || ODD_DIGITS.test(text)) return refused("not-a-phone-number");
  const written = tidy(text);
  const country = countryCode(defaultCountry);
  if (country === undefined && NATIONAL_WRITING.test(written)) return refused("country-missing");
  const parsed = read(written, country);
  if (typeof parsed === "string") return refused(parsed);
  if (parsed.ext !== undefined && parsed.ext !== "") return refused("extension");
  if (!parsed.isPossible() || !isWhole(parsed.number)) return refused("impossible-length");
  const fault = kindFault(parsed);
  // The number of a whole company leads to a desk, too; it cannot take a text message.
  if (fault === "universal-access" && use === "office") return { ok: true, e164: parsed.number };
  return fault === undefined ? { ok: true, e164: parsed.number } : refused(fault);
}

/** Whether it can be dialled from anywhere: a short local number is possible at home, and no number abroad. */
function isWhole(e164: string): boolean {
  const again = read(e164, undefined);
  return e164.length <= LONGEST_E164 && typeof again !== "string" && again.isPossible() && again.number === e164;
}

function refused(reason: PhoneNumberFault): { ok: false; reason: PhoneNumberFault } {
  return { ok: false, reason };
}

/** Pasted numbers carry no-break spaces, full-width digits, long dashes and invisible direction marks. */
function tidy(text: string): string {
  const plain = text.normalize("NFKC").replace(INVISIBLE, "").replace(SPACES, " ").replace(DASHES, "-").trim();
  return plain.replace(/^tel: ?/i, "").replace(INTERNATIONAL_PREFIX, "+");
}

function countryCode(text: string | undefined): CountryCode | undefined {
  const code = text?.toUpperCase();
  return code !== undefined && isSupportedCountry(code) ? code : undefined;
}

function read(written: string, country: CountryCode | undefined): PhoneNumber | PhoneNumberFault {
  try {
    return parsePhoneNumberWithError(written, { extract: false, ...(country === undefined ? {} : { defaultCountry: country }) });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    if (error.message === "INVALID_COUNTRY") return "unknown-country-code";
    return error.message === "TOO_LONG" || error.message === "TOO_SHORT" ? "impossible-length" : "not-a-phone-number";
  }
}

function kindFault(number: PhoneNumber): PhoneNumberFault | undefined {
  const kind = number.getType();
  if (kind !== undefined && REFUSED_KINDS[kind] !== undefined) return REFUSED_KINDS[kind];
  // The codes that belong to no country: satellite networks, and the global services beside them.
  if (number.isNonGeographic()) return "satellite";
  return kind === undefined ? neighbouringFault(number) : undefined;
}

/** Is the number amidst numbers of a refused kind? Keeps the first three national digits and tries each digit in place of the rest. */
function neighbouringFault(number: PhoneNumber): PhoneNumberFault | undefined {
  const national = number.nationalNumber;
  for (const digit of "0123456789") {
    const neighbour = `+${number.countryCallingCode}${national.slice(0, 3)}${digit.repeat(Math.max(0, national.length - 3))}`;
    const parsed = read(neighbour, undefined);
    const kind = typeof parsed === "string" ? undefined : parsed.getType();
    if (kind !== undefined && REFUSED_KINDS[kind] !== undefined) return REFUSED_KINDS[kind];
  }
  return undefined;
}

/** `+46701740605` → `+46 ••••••••05`: country code and last two digits, the same number of dots for every length. */
export function maskPhoneNumber(e164: string): string {
  const parsed = read(e164, undefined);
  return typeof parsed === "string" ? DOTS : `+${parsed.countryCallingCode} ${DOTS}${parsed.number.slice(-2)}`;
}
