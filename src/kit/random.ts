import { randomBytes } from "node:crypto";

/** Random bytes, injected. Only a CSPRNG will do (ASVS 11.5.1). */
export type Random = (bytes: number) => Buffer;

export const systemRandom: Random = (bytes) => randomBytes(bytes);

/** An opaque id: 128 random bits, 22 base64url characters. The first is no `-`: on a command line that would be an option. */
export function newId(random: Random): string {
  return random(16).toString("base64url").replace(/^-/, "A");
}

/** A bearer secret: 256 random bits, 43 base64url characters. */
export function newToken(random: Random): string {
  return random(32).toString("base64url");
}
