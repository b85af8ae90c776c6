import type { CredentialVersions } from "./credential-versions.ts";

/** The credential version of a person now; `null` for somebody who is gone or disabled. */
export type PresentVersion = (userId: string) => Promise<number | null>;

interface Deps {
  readonly versions: CredentialVersions;
  /** The version PostgreSQL knows, where the session store has none. */
  readonly storedVersion: PresentVersion;
}

export function createPresentVersion({ versions, storedVersion }: Deps): PresentVersion {
  return async (userId) => {
    const known = await versions.read(userId);
    if (known !== null) return known;
    const stored = await storedVersion(userId);
    if (stored !== null) await versions.raise(userId, stored);
    return stored;
  };
}
