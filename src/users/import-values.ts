import { parseEmailAddress } from "../methods/email-address.ts";
import { parsePhoneNumber } from "../methods/phone-number.ts";
import type { RowFault } from "./import-problems.ts";

/** One value of a row as it is to be stored, or what is wrong with it. */
export type Value = { readonly value: string; readonly fault?: never } | { readonly value?: never; readonly fault: RowFault };

/** Control characters, and the embeddings, overrides and isolates with which a name can be shown as another. */
const UNSAFE = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;
/** What a spreadsheet makes of a long number: `4.67E+10`, `4,67E+10`. */
const ROUNDED = /^\+?\d+(?:[.,]\d+)?e\+?\d+$/i;
const LONGEST_LANGUAGE = 35;

/** A name or title on one line. A line break in a quoted cell is layout; as a space it cannot become a header of a message either. */
export function plainText(written: string, longest: number): Value {
  const value = written.normalize("NFC").replaceAll(/\s+/g, " ").trim();
  if (value.length > longest) return { fault: "too-long" };
  if (UNSAFE.test(value)) return { fault: "control-character" };
  return value.includes("\ufffd") ? { fault: "lost-character" } : { value };
}

/** ISO 3166-1 alpha-2, in capitals. */
export function countryCode(written: string): Value {
  return /^[a-z]{2}$/i.test(written) ? { value: written.toUpperCase() } : { fault: "invalid-country" };
}

/** A BCP 47 tag in its canonical writing (`en-gb`, `en_GB` → `en-GB`). */
export function languageTag(written: string): Value {
  try {
    const [value] = written.length > LONGEST_LANGUAGE ? [] : Intl.getCanonicalLocales(written.replaceAll("_", "-"));
    return value === undefined ? { fault: "invalid-language" } : { value };
  } catch {
    return { fault: "invalid-language" };
  }
}

export function emailValue(written: string): Value {
  const parsed = parseEmailAddress(written);
  return parsed.ok ? { value: parsed.address } : { fault: parsed.reason };
}

/** @param country the row's usageLocation, for numbers in national writing */
export function phoneValue(written: string, country: string | undefined, use: "mobile" | "office"): Value {
  const parsed = parsePhoneNumber(written, country, use);
  if (parsed.ok) return { value: parsed.e164 };
  return { fault: ROUNDED.test(written) ? "spreadsheet-number" : parsed.reason };
}
