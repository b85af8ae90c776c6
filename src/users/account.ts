import type { MethodType } from "../methods/method.ts";
import type { TenantFacts } from "../tenants/tenant.ts";

/** One registered method without its value: all that deciding needs. */
export interface AccountMethod {
  readonly id: string;
  readonly type: MethodType;
  /** A code sent under another revision is void: the value has changed since. */
  readonly revision: number;
  readonly verified: boolean;
  readonly source: "admin" | "user";
  /** Masked value. Shown to whoever has passed a first gate. */
  readonly hint: string;
  /** Milliseconds; `null` when there is no waiting time. */
  readonly usableFrom: number | null;
  readonly consecutiveFailures: number;
}

/** A person with everything the policy asks about, read in one statement (`account-store.pg.ts`). */
export interface Account {
  readonly id: string;
  readonly tenant: TenantFacts;
  readonly userPrincipalName: string;
  readonly displayName: string | null;
  readonly givenName: string | null;
  readonly surname: string | null;
  readonly mail: string | null;
  readonly preferredLanguage: string | null;
  readonly enabled: boolean;
  readonly licensed: boolean;
  readonly directoryId: string | null;
  readonly credentialVersion: number;
  readonly recoveryFrozen: boolean;
  /** Kept for the day when nothing else works. */
  readonly breakGlass: boolean;
  readonly roles: readonly string[];
  /** In a group that roles can be given to, whether it has any or not. */
  readonly inRoleAssignableGroup: boolean;
  /** Ids of the groups the person is in, directly or through other groups. */
  readonly groups: readonly string[];
  /** In the order of preference: the default of each type first. */
  readonly methods: readonly AccountMethod[];
  /** The person has proved or signed in from the asking source before. */
  readonly familiar: boolean;
}
