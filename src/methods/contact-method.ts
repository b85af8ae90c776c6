import { type EmailAddressFault, maskEmailAddress, parseEmailAddress } from "./email-address.ts";
import { maskPhoneNumber, type PhoneNumberFault, parsePhoneNumber } from "./phone-number.ts";

export const CONTACT_TYPES = ["email", "mobilePhone", "officePhone"] as const;
export type ContactType = (typeof CONTACT_TYPES)[number];

/** Contact data ready to be stored: normalised, with the masked hint that stands for it. */
export interface ContactMethod {
  readonly type: ContactType;
  /** E.164, or an address with its domain in ASCII. */
  readonly value: string;
  readonly hint: string;
}

/** Reads contact data as somebody wrote it. @param country ISO 3166 two-letter code, for numbers without a country code */
export function readContactMethod(
  type: ContactType,
  text: string,
  country?: string,
): { ok: true; method: ContactMethod } | { ok: false; reason: EmailAddressFault | PhoneNumberFault } {
  if (type === "email") {
    const parsed = parseEmailAddress(text);
    return parsed.ok ? { ok: true, method: maskedContact(type, parsed.address) } : parsed;
  }
  const parsed = parsePhoneNumber(text, country, type === "officePhone" ? "office" : "mobile");
  return parsed.ok ? { ok: true, method: maskedContact(type, parsed.e164) } : parsed;
}

/** A value that is in its stored form already, with its hint. */
export function maskedContact(type: ContactType, value: string): ContactMethod {
  return { type, value, hint: type === "email" ? maskEmailAddress(value) : maskPhoneNumber(value) };
}
