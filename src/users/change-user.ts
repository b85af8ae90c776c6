import { faulty } from "../kit/field-faults.ts";
import { Problem } from "../kit/problem.ts";
import type { CredentialVersions } from "../sign-in/credential-versions.ts";
import { outOfReach } from "./reach.ts";
import { GLOBAL_ADMINISTRATOR } from "./role-rules.ts";
import { type Profile, readProfile } from "./user-profile.ts";
import { userAddress } from "./user-record.ts";
import type { Act, UserWriter } from "./user-writer.ts";

export interface UserPatch extends Profile {
  readonly enabled?: boolean;
  readonly licensed?: boolean;
  readonly breakGlass?: boolean;
  readonly password?: { readonly neverExpires: boolean };
}

interface Deps {
  readonly writer: UserWriter;
  readonly versions: CredentialVersions;
}

/** Answers the id. */
export type ChangeUser = (act: Act, id: string, patch: UserPatch) => Promise<string>;

/**
 * Changes what administrators keep about a person. Disabling ends every session: in the transaction for ever, and in the session store
 * before the answer; a durable job repeats the latter.
 * @throws {Problem} `invalid-request`, `not-found`, `forbidden` for whoever is out of reach
 */
export function createChangeUser({ writer, versions }: Deps): ChangeUser {
  return async (act, id, patch) => {
    if (patch.breakGlass !== undefined && !act.roles.includes(GLOBAL_ADMINISTRATOR))
      throw outOfReach({ missing: "role", reason: "Only a Global Administrator says which accounts are kept for emergencies." });
    const { profile, faults } = readProfile(patch);
    if (faults.length > 0) throw faulty(faults);
    const { enabled, licensed, breakGlass, password } = patch;
    const changes = {
      profile,
      ...(enabled === undefined ? {} : { enabled }),
      ...(licensed === undefined ? {} : { licensed }),
      ...(breakGlass === undefined ? {} : { breakGlass }),
      ...(password === undefined ? {} : { neverExpires: password.neverExpires }),
    };
    const changed = await writer.change(userAddress(id), changes, act);
    if (changed.outcome === "unknown") throw new Problem("not-found");
    if (changed.outcome === "out-of-reach") throw outOfReach(changed.beyond);
    if (changed.outcome === "no-password")
      throw faulty([{ field: "/password/neverExpires", reason: "No password of this person is kept here." }]);
    if (changed.outcome === "changed" && changed.credentialVersion !== null)
      await versions.raise(changed.id, changed.credentialVersion).catch(() => undefined);
    return changed.id;
  };
}
