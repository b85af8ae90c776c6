import { type BannedTermScore, scoreAgainstBannedTerms } from "./banned-terms.ts";
import { isCommonPassword } from "./common-passwords.ts";
import { GLOBAL_TERMS } from "./global-terms.ts";
import { countCodePoints } from "./matching-form.ts";
import { containsPersonName, containsTenantName } from "./name-rule.ts";
import { estimateStrength, type Strength } from "./password-strength.ts";

/**
 * Bounds in code points after NFC. No policy goes below the shortest (NIST SP 800-63B-4 §3.1.1.2: 8 where a second proof is asked);
 * the longest bounds the work (security.md E02).
 */
export const PASSWORD_LENGTH = { shortest: 8, longest: 256, byDefault: 12 } as const;

/** No composition changes more than eight UTF-16 units into one code point: whatever is longer is too long, and isn't even normalised. */
const MOST_UNITS = 8 * PASSWORD_LENGTH.longest;

export interface PasswordContext {
  /** Code points, 8 to 256. */
  minLength: number;
  /** The tenant's own terms, scored by Microsoft's rule (`banned-terms.ts`). */
  bannedTerms: readonly string[];
  /** Given name, surname, display name, user name, mail: see `containsPersonName`. */
  personNames: readonly string[];
  /** Display names and domains: see `containsTenantName`. */
  tenantNames: readonly string[];
}

export type PasswordReason =
  | "not-text"
  | "too-short"
  | "too-long"
  | "common-password"
  /** Words of the tenant's list: the one list that may be told apart to the person (entra-sspr.md §5.5). */
  | "banned-term"
  | "easily-guessed"
  | "contains-name"
  | "contains-tenant-name"
  /** Found by whoever has the history; not by `judgePassword`. */
  | "in-history";

export type PasswordVerdict = { ok: true; strength: Strength } | { ok: false; reasons: PasswordReason[]; strength: Strength };

/**
 * Whether the text may become this person's password, with every reason against it at once, and how strong it is.
 * Any Unicode and any mixture will do: no composition rules, no trimming (NIST SP 800-63B-4 §3.1.1.2, items 3–5; security.md E03, E04).
 * Never throws. The first call loads dictionaries (see `loadStrengthEstimator`).
 */
export function judgePassword(password: string, context: PasswordContext): PasswordVerdict {
  const { bannedTerms, personNames, tenantNames } = context;
  if (password.length > MOST_UNITS) return { ok: false, reasons: ["too-long"], strength: { score: 0, guidance: [] } };
  const text = password.normalize("NFC");
  const strength = estimateStrength(text, [...personNames, ...tenantNames, ...bannedTerms]);
  const length = countCodePoints(text);
  if (length > PASSWORD_LENGTH.longest) return { ok: false, reasons: ["too-long"], strength };
  const reasons: PasswordReason[] = [];
  if (!isText(text)) reasons.push("not-text");
  if (length < Math.max(context.minLength, PASSWORD_LENGTH.shortest)) reasons.push("too-short");
  reasons.push(...guessability(text, bannedTerms, strength));
  if (containsPersonName(text, personNames)) reasons.push("contains-name");
  if (containsTenantName(text, tenantNames)) reasons.push("contains-tenant-name");
  return reasons.length === 0 ? { ok: true, strength } : { ok: false, reasons, strength };
}

function guessability(text: string, tenantTerms: readonly string[], strength: Strength): PasswordReason[] {
  const reasons: PasswordReason[] = [];
  const score = scoreAgainstBannedTerms(text, { globalTerms: GLOBAL_TERMS, tenantTerms });
  const common = isCommonPassword(text);
  if (common) reasons.push("common-password");
  if (!score.accepted && score.matched.some(({ list }) => list === "tenant")) reasons.push("banned-term");
  // A common password is weak as well; that is one fact, so it gets one reason.
  if (!common && (strength.score < 2 || refusedBeyondTenantTerms(score))) reasons.push("easily-guessed");
  return reasons;
}

function refusedBeyondTenantTerms({ accepted, matched }: BannedTermScore): boolean {
  return !accepted && (matched.length === 0 || matched.some(({ list }) => list === "global"));
}

/** Control characters cannot be typed again everywhere, and half of a surrogate pair has no UTF-8: two such passwords would hash alike. */
function isText(text: string): boolean {
  return text.isWellFormed() && !/\p{Cc}/u.test(text);
}
