import type { Sealer } from "../keys/sealer.ts";
import { newId, type Random } from "../kit/random.ts";
import { type GateKind, METHODS, type MethodType } from "../methods/method.ts";
import { accountTag, addressIn } from "../resets/account-tag.ts";
import type { ResetStore } from "../resets/reset-store.ts";
import type { CredentialVersions } from "../sign-in/credential-versions.ts";
import type { Lockout } from "../sign-in/lockout.ts";
import { type UserAddress, userAddress } from "../users/user-record.ts";
import type { Act } from "../users/user-writer.ts";

interface ActedOn {
  readonly id: string;
  /** The comparison key of the name. */
  readonly upnKey: string;
}

/**
 * What administrators do to an account that is stuck. Each is one transaction with its audit event.
 * @throws {Problem} `not-found`, `forbidden` for whoever is out of reach
 */
export interface AccountActs {
  /** Wrong codes of anonymous flows no longer count against any method. */
  unlock(address: UserAddress, act: Act): Promise<ActedOn>;
  revokeSessions(address: UserAddress, act: Act): Promise<ActedOn & { readonly credentialVersion: number }>;
  /** Lifts the freeze of "this was not me". Where there is none nothing happens. */
  unfreeze(address: UserAddress, act: Act): Promise<void>;
  unblockMethod(address: UserAddress, methodId: string, act: Act): Promise<ActedOn & { readonly type: MethodType }>;
}

interface Deps {
  readonly acts: AccountActs;
  readonly versions: CredentialVersions;
  readonly lockout: Lockout;
  readonly store: Pick<ResetStore, "lift">;
  readonly sealer: Sealer;
  readonly random: Random;
}

export interface ActOnAccount {
  unlock(id: string, act: Act): Promise<void>;
  revokeSessions(id: string, act: Act): Promise<void>;
  unfreeze(id: string, act: Act): Promise<void>;
  unblockMethod(id: string, methodId: string, act: Act): Promise<void>;
}

/**
 * The same, felt in the state store before the answer. On the record first: whoever lifts a lock cannot be nobody. Should the store be away,
 * the call fails, and the administrator does it again.
 * @throws {Problem} as `AccountActs`
 */
export function createActOnAccount({ acts, versions, lockout, store, sealer, random }: Deps): ActOnAccount {
  const lift = async (account: string, kind?: GateKind) =>
    store.lift(addressIn(account, newId(random)), { account, ...(kind === undefined ? {} : { kind }) });
  return {
    async unlock(id, act) {
      const account = accountTag(sealer, (await acts.unlock(userAddress(id), act)).upnKey);
      await Promise.all([lockout.clear(account), lift(account)]);
    },
    async revokeSessions(id, act) {
      const done = await acts.revokeSessions(userAddress(id), act);
      // A durable job repeats it.
      await versions.raise(done.id, done.credentialVersion).catch(() => undefined);
    },
    unfreeze: (id, act) => acts.unfreeze(userAddress(id), act),
    async unblockMethod(id, methodId, act) {
      const { upnKey, type } = await acts.unblockMethod(userAddress(id), methodId, act);
      await lift(accountTag(sealer, upnKey), Object.values(METHODS).find((method) => method.type === type)?.kind);
    },
  };
}
