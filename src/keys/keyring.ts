/** What a key is for. Each purpose has keys of its own, so that no use can stand in for another. */
export const KEY_PURPOSES = ["seal", "code", "tag", "token", "link", "proof-of-work"] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

export interface Key {
  /** Stands in front of what the key made, so that rotation never makes an old value unreadable. */
  readonly id: string;
  readonly bytes: Buffer;
}

/** The unwrapped keys. `current` makes, `find` reads back. */
export interface Keyring {
  current(purpose: KeyPurpose): Key;
  find(purpose: KeyPurpose, id: string): Key | undefined;
  all(purpose: KeyPurpose): readonly Key[];
}

/** @param keys newest first */
export function createKeyring(keys: ReadonlyMap<KeyPurpose, readonly Key[]>): Keyring {
  const all = (purpose: KeyPurpose) => keys.get(purpose) ?? [];
  return {
    all,
    current(purpose) {
      const key = all(purpose)[0];
      if (key === undefined) throw new Error(`the keyring has no key for ${purpose}`);
      return key;
    },
    find: (purpose, id) => all(purpose).find((key) => key.id === id),
  };
}
