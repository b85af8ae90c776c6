import { createHmac } from "node:crypto";
import { generateSync } from "otplib/functional";
import type { Key, Keyring } from "../keys/keyring.ts";
import { constantTimeEqual } from "../kit/seal.ts";

/** Makes and checks the codes that are sent. A code is stored nowhere: sender and verifier derive the same one (design §3). */
export interface SentCodes {
  /** @param madeAt when the challenge was made (milliseconds): however often and late its code is sent, it is the same. Default: now */
  derive(challenge: CodeChallenge, madeAt?: number): string;
  /** By any key that still reads: the code key may have been rotated since the code was sent. */
  matches(challenge: CodeChallenge, code: string): boolean;
}

/** What a code is bound to. The challenge id (128 random bits) leads to one flow, one method and one address. */
export interface CodeChallenge {
  /** What the flow is for; an unlock passes the gates of a reset. */
  readonly purpose: "reset" | "sign-in" | "proof" | "registration";
  readonly flowId: string;
  readonly challengeId: string;
}

/** @param digits 6 to 10. HOTP truncates to 31 bits (RFC 4226 §5.3), so of ten digits the first is 0, 1 or 2. */
export function createSentCodes(keyring: Keyring, digits: number): SentCodes {
  const deriveBy = ({ bytes }: Key, { purpose, flowId, challengeId }: CodeChallenge): string => {
    const secret = createHmac("sha256", bytes).update([purpose, flowId, challengeId].join("\0")).digest();
    return generateSync({ strategy: "hotp", secret, counter: 0, digits });
  };
  return {
    derive: (challenge, madeAt) => deriveBy(keyring.current("code", madeAt), challenge),
    matches(challenge, typed) {
      const code = normalizeCode(typed);
      // All of them, so that the time tells nothing about which.
      return keyring.all("code").filter((key) => constantTimeEqual(deriveBy(key, challenge), code)).length > 0;
    },
  };
}

/** People type codes as they read them: "1234 5678", "1234-5678", in the digits of any script that Unicode calls decimal (`Nd`). */
export function normalizeCode(typed: string): string {
  return typed
    .normalize("NFKC")
    .replace(/[\s\-–—]/g, "")
    .replace(/\p{Nd}/gu, asciiDigit);
}

/** Unicode keeps decimal digits in runs of ten, zero first. Runs lie next to one another, so the last digit of the way counts. */
function asciiDigit(digit: string): string {
  const found = digit.codePointAt(0) ?? 0;
  let before = found - 1;
  while (/\p{Nd}/u.test(String.fromCodePoint(before))) before -= 1;
  return String((found - before - 1) % 10);
}

/** "12345678" → "1234 5678": broken in two, to be read and typed (Forgot Password Cheat Sheet). */
export function spacedCode(code: string): string {
  const half = Math.ceil(code.length / 2);
  return `${code.slice(0, half)} ${code.slice(half)}`;
}
