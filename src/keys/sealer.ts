import { seal, tag, unseal } from "../kit/seal.ts";
import type { Keyring } from "./keyring.ts";

/** Closes and opens values that rest in PostgreSQL or Redis, and names them by tags. */
export interface Sealer {
  /** AEAD under the current key, bound to `place`. Layout: key id length (1) | key id | sealed value. */
  seal(place: string, value: string): Buffer;
  /** @throws when the value was moved from another place, changed, or made under a key that is gone */
  unseal(place: string, sealed: Buffer): string;
  /** A keyed tag of a value: equal values meet, nobody without the key can test a guess. */
  tag(purpose: string, value: string): string;
}

export function createSealer(keyring: Keyring): Sealer {
  return {
    seal(place, value) {
      const key = keyring.current("seal");
      const id = Buffer.from(key.id);
      return Buffer.concat([Buffer.of(id.length), id, seal(key.bytes, place, value)]);
    },
    unseal(place, sealed) {
      const length = sealed[0] ?? 0;
      const key = keyring.find("seal", sealed.subarray(1, 1 + length).toString());
      if (key === undefined) throw new Error("the value was sealed under a key that is not in the keyring");
      return unseal(key.bytes, place, sealed.subarray(1 + length)).toString();
    },
    tag: (purpose, value) => tag(keyring.current("tag").bytes, purpose, value),
  };
}
