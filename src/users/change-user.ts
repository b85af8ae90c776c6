import type { Actor } from "../audit/audit-event.ts";
import type { Clock } from "../kit/clock.ts";
import { faulty } from "../kit/field-faults.ts";
import { Problem } from "../kit/problem.ts";
import type { CredentialVersions } from "../sign-in/credential-versions.ts";
import { protectedPerson } from "./protected-person.ts";
import { type Profile, readProfile } from "./user-profile.ts";
import { userAddress } from "./user-record.ts";
import type { UserWriter } from "./user-writer.ts";

export interface UserPatch extends Profile {
  readonly enabled?: boolean;
  readonly licensed?: boolean;
  readonly password?: { readonly neverExpires: boolean };
}

interface Deps {
  readonly writer: UserWriter;
  readonly versions: CredentialVersions;
  readonly clock: Clock;
}

/** Answers the id. */
export type ChangeUser = (tenantId: string, actor: Actor, id: string, patch: UserPatch) => Promise<string>;

/**
 * Changes what administrators keep about a person. Disabling ends every session: in the transaction for ever, and in the session store
 * before the answer; a durable job repeats the latter.
 * @throws {Problem} `invalid-request`, `not-found`, `forbidden` for a holder of an administrator role
 */
export function createChangeUser({ writer, versions, clock }: Deps): ChangeUser {
  return async (tenantId, actor, id, patch) => {
    const { profile, faults } = readProfile(patch);
    if (faults.length > 0) throw faulty(faults);
    const { enabled, licensed, password } = patch;
    const changes = {
      profile,
      ...(enabled === undefined ? {} : { enabled }),
      ...(licensed === undefined ? {} : { licensed }),
      ...(password === undefined ? {} : { neverExpires: password.neverExpires }),
    };
    const changed = await writer.change(userAddress(id), changes, { tenantId, actor, now: clock.now() });
    if (changed.outcome === "unknown") throw new Problem("not-found");
    if (changed.outcome === "administrator") throw protectedPerson();
    if (changed.outcome === "no-password")
      throw faulty([{ field: "/password/neverExpires", reason: "No password of this person is kept here." }]);
    if (changed.outcome === "changed" && changed.credentialVersion !== null)
      await versions.raise(changed.id, changed.credentialVersion).catch(() => undefined);
    return changed.id;
  };
}
