import { generateURI, verifySync } from "otplib/functional";
import type { Random } from "../kit/random.ts";

const PERIOD_SECONDS = 30;
/** 160 bits (RFC 4226 §4, R6; security.md F01). */
const SECRET_BYTES = 20;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The time step whose code this is: the present one or the one before (RFC 6238 §5.2); `null` for none. @param now milliseconds */
export function matchingStep(secret: string, code: string, now: number): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const result = verifySync({
    secret,
    token: code,
    epoch: Math.floor(now / 1000),
    epochTolerance: [PERIOD_SECONDS, 0],
    period: PERIOD_SECONDS,
  });
  return result.valid && "timeStep" in result ? result.timeStep : null;
}

/** A new shared secret, in base32 (RFC 4648 §6) without padding: five bits to a sign. */
export function newTotpSecret(random: Random): string {
  const bits = [...random(SECRET_BYTES)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{5}/g) ?? []).map((five) => BASE32[Number.parseInt(five, 2)]).join("");
}

/**
 * So much of a name goes into the QR code, in bytes of UTF-8: each can take three signs in an address, the issuer stands there twice, and a QR code
 * of medium correction holds 2331 (ISO/IEC 18004, table 7).
 */
const ISSUER_BYTES = 64;
const ACCOUNT_BYTES = 256;

/** What an app reads from the QR code, which always fits in one. Colons part issuer and account there, so none is left in either. */
export function totpUri(secret: string, issuer: string, account: string): string {
  const plain = (text: string, bytes: number) => firstBytes(text.replaceAll(":", " "), bytes);
  return generateURI({ issuer: plain(issuer, ISSUER_BYTES), label: plain(account, ACCOUNT_BYTES), secret });
}

/** As many whole characters as fit. */
function firstBytes(text: string, bytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read).trimEnd();
}
