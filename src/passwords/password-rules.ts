import { PASSWORD_LENGTH } from "./password-policy.ts";

export interface PasswordRule {
  rule: "min-length" | "max-length" | "not-common" | "no-banned-terms" | "no-names" | "not-in-history";
  /** Code points for the lengths, passwords for the history. */
  value?: number;
}

/**
 * The rules in force, for the page and for `passwordRules` on the API: said before the person chooses, not after a refusal
 * (NIST SP 800-63B-4 §3.1.1.2; security.md E11). The banned terms themselves are not listed.
 * @param policy `minLength` in code points; `history`: how many former passwords are refused, 0 for none
 */
export function passwordRules(policy: { minLength: number; history: number }): PasswordRule[] {
  const rules: PasswordRule[] = [
    { rule: "min-length", value: Math.max(policy.minLength, PASSWORD_LENGTH.shortest) },
    { rule: "max-length", value: PASSWORD_LENGTH.longest },
    { rule: "not-common" },
    { rule: "no-banned-terms" },
    { rule: "no-names" },
  ];
  if (policy.history > 0) rules.push({ rule: "not-in-history", value: policy.history });
  return rules;
}
