import { toMatchingForm } from "./matching-form.ts";
import { commonLanguage } from "./zxcvbn-packages.ts";

let forms: ReadonlySet<string> | undefined;

/**
 * Whether the whole password is one of the 49 000 commonest (NIST SP 800-63B-4 §3.1.1.2; ASVS 6.2.4, 6.2.12; security.md E06).
 * Compared in the matching form on both sides, which finds the value as it stands, in any case, and with `0 1 $ @` for letters.
 * Works without a network. The first call loads the list.
 */
export function isCommonPassword(password: string): boolean {
  forms ??= new Set(commonLanguage().dictionary["passwords-common"].map(toMatchingForm));
  return forms.has(toMatchingForm(password));
}
