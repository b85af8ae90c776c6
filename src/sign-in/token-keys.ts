import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import type { Key, Keyring } from "../keys/keyring.ts";

/** The signing keys of access tokens: Ed25519 (RFC 8037), made from the keyring's secrets, so that they are sealed and rotate with it. */
export interface TokenKey {
  readonly kid: string;
  readonly publicKey: KeyObject;
  /** PEM, as the library takes them. */
  readonly privatePem: string;
  readonly publicPem: string;
}

export interface TokenKeys {
  /** The one that signs. */
  current(): TokenKey;
  /** One that verifies. */
  find(kid: string): TokenKey | undefined;
  /** All that verify, newest first. One that does not sign yet is shown already. */
  all(): TokenKey[];
}

/** PKCS #8 of an Ed25519 private key up to its 32 bytes of seed (RFC 8410 §7). */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** Reads the keyring at every call, for it may have been rotated; each key is made once. */
export function createTokenKeys(keyring: Keyring): TokenKeys {
  const made = new Map<string, TokenKey>();
  const tokenKeyOf = (key: Key): TokenKey => {
    const known = made.get(key.id) ?? tokenKey(key);
    made.set(key.id, known);
    return known;
  };
  return {
    current: () => tokenKeyOf(keyring.current("token")),
    find(kid) {
      const key = keyring.find("token", kid);
      return key === undefined ? undefined : tokenKeyOf(key);
    },
    all: () => keyring.all("token").map(tokenKeyOf),
  };
}

function tokenKey({ id, bytes }: Key): TokenKey {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, bytes]), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(privateKey);
  return {
    kid: id,
    publicKey,
    privatePem: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    publicPem: publicKey.export({ format: "pem", type: "spki" }).toString(),
  };
}

/** RFC 7517: the public halves, for whoever verifies. */
export function jwks(keys: readonly TokenKey[]): { keys: Record<string, unknown>[] } {
  return { keys: keys.map(({ kid, publicKey }) => ({ ...publicKey.export({ format: "jwk" }), kid, use: "sig", alg: "EdDSA" })) };
}
