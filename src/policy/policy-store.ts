import type { Actor } from "../audit/audit-event.ts";
import type { FieldFault } from "../kit/field-faults.ts";
import type { Changes } from "./policy-difference.ts";
import type { AdministratorPolicy, TenantPolicy } from "./tenant-policy.ts";

/** Both policies of an organisation, which share one version: a change of either raises it. */
export interface Policies {
  readonly policy: TenantPolicy;
  readonly administratorPolicy: AdministratorPolicy;
}
export interface StoredPolicies extends Policies {
  readonly version: number;
}

/** A version as it was kept: it never changes. Times in milliseconds. */
export interface KeptVersion extends StoredPolicies {
  readonly changedBy: Actor;
  readonly changedAt: number;
}

/** What is to become of the policies. The same objects mean: nothing changes. `details` go on the record beside what was and what is. */
export type Decision =
  | { readonly outcome: "accepted"; readonly policies: Policies; readonly details?: Readonly<Record<string, unknown>> }
  | { readonly outcome: "faulty"; readonly faults: readonly FieldFault[] }
  | { readonly outcome: "below-floor"; readonly reason: string };

export type PolicyChange =
  | { readonly outcome: "kept"; readonly stored: StoredPolicies }
  | { readonly outcome: "stale" }
  /** The two-person rule is to begin, and there are no two people who could agree to each other's acts. */
  | { readonly outcome: "too-few-approvers" }
  | Exclude<Decision, { outcome: "accepted" }>;

export interface PolicyStore {
  /** One statement. */
  read(tenantId: string): Promise<StoredPolicies>;
  /** `null`: there was never such a version. */
  readVersion(tenantId: string, version: number): Promise<KeptVersion | null>;
  /** Newest first, from `newest` on (`null`: from the newest of all), each with what it changed of the one before. One statement. */
  history(tenantId: string, newest: number | null, limit: number): Promise<(KeptVersion & { readonly changes: Changes })[]>;
  /** Those of the ids that are no groups of the organisation. */
  unknownGroups(tenantId: string, groups: readonly string[]): Promise<string[]>;
  /**
   * One transaction: the row of the organisation is taken, which the end of every reset takes too; `matches` and `decide` judge what stands
   * there now; one conditional update; a version and an audit event of what was and what is.
   */
  change(
    act: { tenantId: string; actor: Actor; now: number },
    matches: (version: number) => boolean,
    decide: (current: Policies) => Decision,
  ): Promise<PolicyChange>;
  /** Records that a change below the two-gate floor was refused. */
  recordRefusal(act: { tenantId: string; actor: Actor; now: number }, reason: string): Promise<void>;
}
