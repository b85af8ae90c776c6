import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import type { Key, Keyring } from "../keys/keyring.ts";

/** The signing keys of access tokens: Ed25519 (RFC 8037), made from the keyring's secrets, so that they are sealed and rotate with it. */
export interface TokenKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** PKCS #8 of an Ed25519 private key up to its 32 bytes of seed (RFC 8410 §7). */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** Newest first: the first signs, all verify. */
export function tokenKeys(keyring: Keyring): TokenKey[] {
  return keyring.all("token").map(tokenKey);
}

function tokenKey({ id, bytes }: Key): TokenKey {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, bytes]), format: "der", type: "pkcs8" });
  return { kid: id, privateKey, publicKey: createPublicKey(privateKey) };
}

/** RFC 7517: the public halves, for whoever verifies. */
export function jwks(keys: readonly TokenKey[]): { keys: Record<string, unknown>[] } {
  return { keys: keys.map(({ kid, publicKey }) => ({ ...publicKey.export({ format: "jwk" }), kid, use: "sig", alg: "EdDSA" })) };
}
