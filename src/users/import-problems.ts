import type { EmailAddressFault } from "../methods/email-address.ts";
import type { PhoneNumberFault } from "../methods/phone-number.ts";
import type { UserPrincipalNameFault } from "./user-principal-name.ts";

/** Why one row was not taken: the column or JSON field (`line` for the row as a whole), a stable word, and a sentence for the administrator. */
export interface RowProblem {
  readonly field: string;
  readonly code: RowFault;
  readonly reason: string;
}

export type RowFault = UserPrincipalNameFault | EmailAddressFault | PhoneNumberFault | keyof typeof OTHER_REASONS;

const NAME_REASONS: Readonly<Record<UserPrincipalNameFault, string>> = {
  empty: "The part before the @ is empty.",
  "too-long": "This is too long.",
  "no-at-sign": "A user principal name looks like name@domain; there is no @ in it.",
  "several-at-signs": "There is more than one @ in it.",
  "forbidden-character": "It holds a space, an invisible character or a sign that user principal names may not have.",
  "misplaced-dot": "A dot stands first, last or twice in a row before the @.",
  "invalid-domain": "What follows the @ is not a domain name.",
};

const EMAIL_REASONS: Readonly<Record<EmailAddressFault, string>> = {
  "not-an-email-address": "This is not an email address.",
  "too-long": NAME_REASONS["too-long"],
  "invalid-domain": NAME_REASONS["invalid-domain"],
};

const PHONE_REASONS: Readonly<Record<PhoneNumberFault, string>> = {
  "not-a-phone-number": "This is not a phone number.",
  "country-missing": "The number has no country code; write it as +46 70 123 45 67, or give the row a usageLocation.",
  "unknown-country-code": "No country has this country code.",
  "impossible-length": "The number is too short or too long for its country.",
  extension: "Numbers with an extension cannot be used; give a number that rings at the person's own phone.",
  premium: "Premium-rate numbers are not accepted.",
  "shared-cost": "Shared-cost numbers are not accepted.",
  "toll-free": "Toll-free numbers are not accepted.",
  "personal-number": "Personal (forwarding) numbers are not accepted.",
  pager: "Pager numbers are not accepted.",
  "universal-access": "Numbers of a whole company (universal access numbers) are not accepted; give the person's own.",
  voicemail: "Voicemail numbers are not accepted.",
  satellite: "Satellite and international network numbers are not accepted.",
};

const OTHER_REASONS = {
  required: "Every row needs a user principal name.",
  "duplicate-user": "The same user stands in an earlier row; this row was not used.",
  formula: "The cell holds a spreadsheet formula; save values only.",
  "spreadsheet-number": "A spreadsheet has rounded this number (it looks like 4.67E+10); format the column as text and enter it again.",
  "control-character": "It holds a control character or one that changes the writing direction.",
  "lost-character":
    "It holds the sign for a character that was lost in an earlier conversion; save the file as UTF-8 again from its source.",
  "invalid-flag": "Write true or false.",
  "invalid-country": "Write the two letters of a country, such as SE.",
  "invalid-language": "Write a language tag, such as sv or en-GB.",
  "invalid-method-type": "The type must be email, mobilePhone or officePhone.",
  "too-many-values": "There are too many values.",
  "conflicting-values": "Another field of this row says the same thing; give one of them.",
  "unknown-field": "There is no such field.",
  "wrong-type": "The value is of the wrong JSON type.",
  "invalid-json": "The line is not valid JSON.",
  "not-an-object": "The line is not a JSON object.",
  "invalid-encoding": "The line is not valid UTF-8, but the file is.",
  "line-too-long": "The row is too long.",
  "wrong-column-count": "The row does not have as many columns as the header.",
  "unclosed-quote": "A quotation mark is opened and not closed; reading went on with the next line.",
  "misplaced-quote": "A quotation mark stands in the wrong place; inside a quoted cell write it twice.",
} as const;

const REASONS: Readonly<Record<RowFault, string>> = { ...NAME_REASONS, ...EMAIL_REASONS, ...PHONE_REASONS, ...OTHER_REASONS };

/** @param reason a sentence that says more than the standard one, for example with a line number */
export function rowProblem(field: string, code: RowFault, reason: string = REASONS[code]): RowProblem {
  return { field, code, reason };
}
