import { createHash } from "node:crypto";
import { createKeyring, KEY_PURPOSES, type Keyring } from "../../src/keys/keyring.ts";

/** A keyring with one key for every purpose, made from a word: equal words, equal keys. */
export function keyringOf(word: string): Keyring {
  const keyOf = (purpose: string) => ({ id: word, bytes: createHash("sha256").update(`${word} ${purpose}`).digest() });
  return createKeyring(new Map(KEY_PURPOSES.map((purpose) => [purpose, [keyOf(purpose)]])), { now: () => 0 });
}
