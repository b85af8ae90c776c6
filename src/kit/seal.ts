import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { type Random, systemRandom } from "./random.ts";

const NONCE = 12;
const TAG = 16;

/**
 * AES-256-GCM with the place where the value belongs as associated data: a sealed value copied to another row does not open
 * (ASVS 11.3.3, security.md F07). Layout: nonce (12) | tag (16) | ciphertext.
 * @param key 32 bytes
 * @param place what the value is bound to, for example `authentication_methods/<user id>/<method id>`
 */
export function seal(key: Buffer, place: string, value: string | Buffer, random: Random = systemRandom): Buffer {
  const nonce = random(NONCE);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.from(place));
  const body = Buffer.concat([cipher.update(value as Buffer), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** Opens what {@link seal} closed. Throws when the key, the place or a single bit differs. */
export function unseal(key: Buffer, place: string, sealed: Buffer): Buffer {
  if (sealed.length < NONCE + TAG) throw new Error("sealed value is too short");
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, NONCE));
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()]);
}

/** A keyed tag (HMAC-SHA-256, base64url) under which a value can be found or counted without being stored. */
export function tag(key: Buffer, purpose: string, value: string): string {
  return createHmac("sha256", key).update(purpose).update("\0").update(value).digest("base64url");
}

/** A key for one purpose out of a key for many (RFC 5869). 32 bytes. */
export function deriveKey(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", key, Buffer.alloc(0), purpose, 32));
}

/** For secrets of 128 bits and more a plain hash is enough (NIST SP 800-63B-4 §3.1.2.2). */
export function sha256(value: string): string {
  return createHash("sha256").update(value).digest("base64url");
}

/** Equal, in a time that depends on neither value (ASVS 11.2.4). */
export function constantTimeEqual(a: string, b: string): boolean {
  const left = createHash("sha256").update(a).digest();
  const right = createHash("sha256").update(b).digest();
  return timingSafeEqual(left, right);
}
