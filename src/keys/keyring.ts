import type { Clock } from "../kit/clock.ts";

/** What a key is for. Each purpose has keys of its own, so that no use can stand in for another. */
export const KEY_PURPOSES = ["seal", "code", "tag", "token", "link", "proof-of-work", "audit"] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

export interface Key {
  /** Stands in front of what the key made, so that rotation never makes an old value unreadable. */
  readonly id: string;
  readonly bytes: Buffer;
  /** It makes nothing before (milliseconds): until then every process can learn to read what it makes. Absent: since ever. */
  readonly currentFrom?: number;
  /** It reads nothing any more from then on. Absent: for ever. */
  readonly retiredAt?: number;
}

/** The unwrapped keys. `current` makes, `find` and `all` read back. */
export interface Keyring {
  /** @param at the moment whose key is asked for, now where it is absent */
  current(purpose: KeyPurpose, at?: number): Key;
  find(purpose: KeyPurpose, id: string): Key | undefined;
  /** All that are good for reading, newest first, those too that make nothing yet. */
  all(purpose: KeyPurpose): readonly Key[];
}

/** @param keys newest first */
export function createKeyring(keys: ReadonlyMap<KeyPurpose, readonly Key[]>, clock: Clock): Keyring {
  const all = (purpose: KeyPurpose) => {
    const now = clock.now();
    return (keys.get(purpose) ?? []).filter(({ retiredAt = Number.POSITIVE_INFINITY }) => now < retiredAt);
  };
  return {
    all,
    current(purpose, at = clock.now()) {
      const readable = all(purpose);
      // Before the oldest one's time: clocks differ a little between processes.
      const key = readable.find(({ currentFrom = 0 }) => currentFrom <= at) ?? readable.at(-1);
      if (key === undefined) throw new Error(`the keyring has no key for ${purpose}`);
      return key;
    },
    find: (purpose, id) => all(purpose).find((key) => key.id === id),
  };
}

/** A keyring that is exchanged while it is in use: whoever holds it reads from the newest at each call. */
export interface LiveKeyring extends Keyring {
  exchange(next: Keyring): void;
}

export function createLiveKeyring(first: Keyring): LiveKeyring {
  let keyring = first;
  return {
    current: (purpose, at) => keyring.current(purpose, at),
    find: (purpose, id) => keyring.find(purpose, id),
    all: (purpose) => keyring.all(purpose),
    exchange(next) {
      keyring = next;
    },
  };
}
