import type { Sealer } from "../keys/sealer.ts";
import { newId, type Random } from "../kit/random.ts";
import { accountTag, addressIn } from "../resets/account-tag.ts";
import type { ResetStore } from "../resets/reset-store.ts";
import type { CredentialVersions } from "../sign-in/credential-versions.ts";
import type { Leaving, Left } from "./leaving.ts";
import { userAddress } from "./user-record.ts";
import type { Act } from "./user-writer.ts";

interface Deps {
  readonly leaving: Leaving;
  readonly versions: CredentialVersions;
  readonly store: Pick<ResetStore, "finish">;
  readonly sealer: Sealer;
  readonly random: Random;
}

export type Leave = (what: keyof Leaving, id: string, act: Act) => Promise<void>;

/**
 * Removes, offboards and restores, and has it felt at once: sessions and running resets end before the answer. What the stores cannot be told
 * now is so all the same: a durable job raises the version, and the end of a reset is judged in PostgreSQL.
 * @throws {Problem} as `Leaving`
 */
export function createLeave({ leaving, versions, store, sealer, random }: Deps): Leave {
  return async (what, id, act) => {
    const left: Left = await leaving[what](userAddress(id), act);
    const account = accountTag(sealer, left.upnKey);
    await Promise.allSettled([
      versions.raise(left.id, left.credentialVersion),
      store.finish(addressIn(account, newId(random)), { account, now: act.now }),
    ]);
  };
}
