import type { Actor } from "../audit/audit-event.ts";
import type { Clock } from "../kit/clock.ts";
import type { ContactMethod } from "../methods/contact-method.ts";
import type { OutOfReach } from "./reach.ts";
import type { UserPrincipalName } from "./user-principal-name.ts";
import type { Profile } from "./user-profile.ts";
import type { UserAddress } from "./user-record.ts";

/** Who acts, and when: for the record. */
export interface RecordedAct {
  readonly tenantId: string;
  readonly actor: Actor;
  readonly now: number;
}

/** An act on somebody, for which it matters whom its actor reaches. */
export interface Act extends RecordedAct {
  /** An administrator's; none of an application. */
  readonly roles: readonly string[];
}

/** Who calls the administration: an application, or a person with roles. */
export interface ActingCaller {
  readonly kind: "app" | "user";
  readonly id: string;
  readonly tenantId: string;
  readonly roles: readonly string[];
}

export function actOf({ kind, id, tenantId, roles }: ActingCaller, clock: Clock): Act {
  return { tenantId, actor: { kind, id }, roles, now: clock.now() };
}

export interface PersonToCreate {
  readonly name: UserPrincipalName;
  readonly profile: Profile;
  readonly enabled: boolean;
  readonly licensed: boolean;
  readonly methods: readonly ContactMethod[];
  /** Ids. */
  readonly groups: readonly string[];
  readonly phc: string | null;
}

/** An absent field means: leave as it is. */
export interface UserChanges {
  readonly profile: Profile;
  readonly enabled?: boolean;
  readonly licensed?: boolean;
  /** Whether the password is exempt from the policy's lifetime. */
  readonly neverExpires?: boolean;
  /** Kept for the day when nothing else works: a Global Administrator's alone, and at most two in an organisation. */
  readonly breakGlass?: boolean;
}

export type Created =
  | { readonly outcome: "created"; readonly id: string }
  | { readonly outcome: "taken" }
  | { readonly outcome: "unknown-group" }
  /** Roles can be given to one of the groups: nobody begins in such a one. */
  | { readonly outcome: "guarded-group" };

export type Changed =
  /** `credentialVersion`: raised, since the account was disabled; to be felt by sessions at once. */
  | { readonly outcome: "changed"; readonly id: string; readonly credentialVersion: number | null }
  | { readonly outcome: "unchanged"; readonly id: string }
  | { readonly outcome: "unknown" }
  | { readonly outcome: "out-of-reach"; readonly beyond: OutOfReach }
  /** There is none that could expire or not; nothing was changed. */
  | { readonly outcome: "no-password" };

/** Accounts for emergencies in one organisation, at most. */
export const BREAK_GLASS_ACCOUNTS = 2;

/** Each is one transaction with its audit event. */
export interface UserWriter {
  create(person: PersonToCreate, act: Act): Promise<Created>;
  /**
   * Whoever is within reach: judged under the lock of the person's row, which granting a role takes too.
   * @throws {Problem} `conflict` for the last Global Administrator, and for an account that cannot be kept for emergencies
   */
  change(address: UserAddress, changes: UserChanges, act: Act): Promise<Changed>;
}
