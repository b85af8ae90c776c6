import { domainToASCII } from "node:url";

/** Letters, marks, digits, hyphens and the full stops that UTS #46 reads as such; no `/ : ? # % @`, where a URL parser would cut. */
const WRITTEN = /^[\p{L}\p{M}\p{N}\-.\u3002\uff0e\uff61]{1,253}$/u;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const ONLY_DIGITS = /^[0-9]+$/;
const LONGEST = 253;

/**
 * A domain name in the one form in which we compare it: ASCII (punycode by UTS #46), lower case, two labels or more, no trailing
 * dot (security.md A08). `null` for anything else, IP addresses too. Same answer in every locale; `asciiDomain(asciiDomain(x))`
 * is `asciiDomain(x)`.
 */
export function asciiDomain(text: string): string | null {
  if (!WRITTEN.test(text) || INVISIBLE.test(text)) return null;
  const domain = domainToASCII(text);
  const labels = domain.split(".");
  if (domain.length > LONGEST || labels.length < 2 || !labels.every((label) => LABEL.test(label))) return null;
  // A last label of digits alone is an IPv4 address in one of its many writings.
  return ONLY_DIGITS.test(labels.at(-1) ?? "") ? null : domain;
}
