import { asciiDomain } from "../kit/domain-name.ts";

/** RFC 5321 §4.5.3.1: the path of 256 without its angle brackets, and the local part, in octets (all ASCII here). */
const LONGEST = 254;
const LONGEST_LOCAL_PART = 64;

/**
 * The dot-atom of RFC 5322 §3.2.3 without `! % / \ |` and the backtick, which old relays route by or hand to programs. No quoted
 * strings, comments, lists, line breaks or address literals: nothing that a mail command could be built from (attacks A16). ASCII
 * only, because providers do not carry SMTPUTF8 local parts, and a look-alike letter is another mailbox (A21).
 */
const LOCAL_PART = /^[A-Za-z0-9#$&'*+\-=?^_{}~]+(?:\.[A-Za-z0-9#$&'*+\-=?^_{}~]+)*$/;
const DOTS = "•••••";

export type EmailAddressFault = "not-an-email-address" | "too-long" | "invalid-domain";

/**
 * Reads exactly one address; nothing is trimmed. The local part stays as written (RFC 5321 §2.4: only its host may interpret it),
 * the domain becomes ASCII and lower case. Never throws.
 */
export function parseEmailAddress(
  text: string,
): { ok: true; address: string; localPart: string; domain: string } | { ok: false; reason: EmailAddressFault } {
  if (text.length > LONGEST) return { ok: false, reason: "too-long" };
  const at = text.indexOf("@");
  const localPart = text.slice(0, Math.max(at, 0));
  if (!LOCAL_PART.test(localPart) || text.includes("@", at + 1)) return { ok: false, reason: "not-an-email-address" };
  if (localPart.length > LONGEST_LOCAL_PART) return { ok: false, reason: "too-long" };
  const domain = asciiDomain(text.slice(at + 1));
  if (domain === null) return { ok: false, reason: "invalid-domain" };
  const address = `${localPart}@${domain}`;
  return address.length > LONGEST ? { ok: false, reason: "too-long" } : { ok: true, address, localPart, domain };
}

/**
 * `anna.berg@contoso.example` → `a•••••@c•••••.example`: enough to know one's own address by, the same number of dots for every
 * length, and of the domain only the first letter and the last label.
 */
export function maskEmailAddress(address: string): string {
  const parsed = parseEmailAddress(address);
  if (!parsed.ok) return DOTS;
  const lastLabel = parsed.domain.slice(parsed.domain.lastIndexOf(".") + 1);
  return `${parsed.localPart[0]}${DOTS}@${parsed.domain[0]}${DOTS}.${lastLabel}`;
}
