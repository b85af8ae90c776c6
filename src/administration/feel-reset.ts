import type { Sealer } from "../keys/sealer.ts";
import { accountTag } from "../resets/account-tag.ts";
import type { CredentialVersions } from "../sign-in/credential-versions.ts";
import type { Lockout } from "../sign-in/lockout.ts";

interface Deps {
  readonly versions: CredentialVersions;
  readonly lockout: Pick<Lockout, "clear">;
  readonly sealer: Sealer;
}

/**
 * Makes a committed reset felt at once: sessions end, nobody is locked out of the account. Never throws: it is done, and a durable job repeats the former.
 */
export type FeelReset = (userId: string, written: { readonly credentialVersion: number; readonly upnKey: string }) => Promise<void>;

export function createFeelReset({ versions, lockout, sealer }: Deps): FeelReset {
  return async (userId, { credentialVersion, upnKey }) => {
    await Promise.allSettled([versions.raise(userId, credentialVersion), lockout.clear(accountTag(sealer, upnKey))]);
  };
}
