import { asciiDomain } from "../kit/domain-name.ts";
import { foldCase } from "./case-fold.ts";

/**
 * THE COMPARISON RULE for user principal names, used wherever two of them meet (security.md A08): the local part by
 * `foldCase` (NFKC and full case folding, no locale), `@`, the domain by `asciiDomain` (punycode, lower case). The result is the
 * *key*, unique across tenants. So `ANNA@Contoso.example`, `ａｎｎａ@contoso.example` and `anna@contoso.example` are one name,
 * `mıke` (dotless i) and `mike` are two. A key only ever finds an account: messages go to what that account has stored (A06).
 */

/** Microsoft's 64 before the `@`; in all as much as an address may have (RFC 5321 §4.5.3.1), in UTF-16 code units. */
const LONGEST_LOCAL_PART = 64;
const LONGEST = 254;
const LONGEST_LOOKUP = 320;

/**
 * Letters, marks and digits of any script, Microsoft's punctuation `' . - _ ! # ^ ~`, and what RFC 5322 atoms have besides it,
 * without `%` and `/`, which mail relays and URLs read (attacks A16).
 */
const LOCAL_PART = /^[\p{L}\p{M}\p{N}!#$&'*+\-.=?^_{|}~]+$/u;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{C}]/u;
const MISPLACED_DOT = /^\.|\.\.|\.$/;
const LEADING_MARK = /^\p{M}/u;

export type UserPrincipalNameFault =
  | "empty"
  | "too-long"
  | "no-at-sign"
  | "several-at-signs"
  | "forbidden-character"
  | "misplaced-dot"
  | "invalid-domain";

export interface UserPrincipalName {
  readonly ok: true;
  /** As it is stored and shown: Unicode NFC, otherwise as written. */
  readonly userPrincipalName: string;
  /** The comparison key. Never equal for two different names by the rule above. */
  readonly key: string;
  readonly localPart: string;
  /** ASCII, lower case. */
  readonly domain: string;
}

/** Reads a name that is to be stored. Nothing is trimmed or repaired: white space around it is a `forbidden-character`. Never throws. */
export function parseUserPrincipalName(text: string): UserPrincipalName | { ok: false; reason: UserPrincipalNameFault } {
  if (text === "") return { ok: false, reason: "empty" };
  // Before normalising, which takes time in proportion.
  if (text.length > 2 * LONGEST) return { ok: false, reason: "too-long" };
  const name = text.normalize("NFC");
  const at = name.indexOf("@");
  if (at < 0) return { ok: false, reason: "no-at-sign" };
  if (name.indexOf("@", at + 1) >= 0) return { ok: false, reason: "several-at-signs" };
  const localPart = name.slice(0, at);
  const fault = localPartFault(localPart);
  if (fault !== null) return { ok: false, reason: fault };
  const domain = asciiDomain(name.slice(at + 1));
  if (domain === null) return { ok: false, reason: "invalid-domain" };
  // The folded form is held to the same grammar: a compatibility character must not bring in an `@`, a space or a slash.
  const folded = foldCase(localPart);
  const foldedFault = localPartFault(folded);
  if (foldedFault !== null) return { ok: false, reason: foldedFault };
  const key = `${folded}@${domain}`;
  if (name.length > LONGEST || key.length > LONGEST) return { ok: false, reason: "too-long" };
  return { ok: true, userPrincipalName: name, key, localPart, domain };
}

function localPartFault(localPart: string): UserPrincipalNameFault | null {
  if (localPart === "") return "empty";
  if (localPart.length > LONGEST_LOCAL_PART) return "too-long";
  if (!LOCAL_PART.test(localPart) || INVISIBLE.test(localPart) || LEADING_MARK.test(localPart)) return "forbidden-character";
  return MISPLACED_DOT.test(localPart) ? "misplaced-dot" : null;
}

/**
 * A key for whatever a stranger typed, so that a name that cannot exist costs the same work as one that does not. White space
 * around it is dropped. What is no user principal name gets a key that starts with a space, as no stored key does; PostgreSQL
 * and Redis take it (no NUL, well-formed, bounded).
 */
export function lookupKey(text: string): string {
  const typed = text.trim();
  const parsed = parseUserPrincipalName(typed);
  if (parsed.ok) return parsed.key;
  const harmless = typed.slice(0, LONGEST_LOOKUP).toWellFormed().replaceAll(/\p{C}/gu, "\ufffd");
  return ` ${foldCase(harmless).slice(0, LONGEST_LOOKUP).toWellFormed()}`;
}

/**
 * The domain of whatever was typed (ASCII, lower case), `null` when there is none. Asks nothing of the part before the `@`: every
 * name of a tenant's domain gets the tenant's answer, also one that cannot exist.
 */
export function domainOf(text: string): string | null {
  const typed = text.trim();
  const at = typed.lastIndexOf("@");
  return at < 0 ? null : asciiDomain(typed.slice(at + 1, at + 2 + LONGEST).normalize("NFC"));
}
