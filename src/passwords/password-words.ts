import type { Catalogue, Language } from "../kit/language.ts";
import type { GuidanceCode } from "./password-guidance.ts";
import type { PasswordReason } from "./password-policy.ts";
import type { PasswordRule } from "./password-rules.ts";
import { en } from "./password-words.en.ts";
import { sv } from "./password-words.sv.ts";

/** A sentence for each rule, each refusal and each piece of advice: a new one without words does not compile. */
export type PasswordWordKey = `rule.${PasswordRule["rule"]}` | `reason.${PasswordReason}` | `advice.${GuidanceCode}`;

export const PASSWORD_WORDS: Readonly<Record<Language, Catalogue<PasswordWordKey>>> = { en, sv };
