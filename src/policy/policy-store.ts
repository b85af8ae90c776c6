import type { Actor } from "../audit/audit-event.ts";
import type { FieldFault } from "../kit/field-faults.ts";
import type { AdministratorPolicy, TenantPolicy } from "./tenant-policy.ts";

/** Both policies of an organisation, which share one version: a change of either raises it. */
export interface Policies {
  readonly policy: TenantPolicy;
  readonly administratorPolicy: AdministratorPolicy;
}
export interface StoredPolicies extends Policies {
  readonly version: number;
}

/** What is to become of the policies. The same objects mean: nothing changes. */
export type Decision =
  | { readonly outcome: "accepted"; readonly policies: Policies }
  | { readonly outcome: "faulty"; readonly faults: readonly FieldFault[] }
  | { readonly outcome: "below-floor"; readonly reason: string };

export type PolicyChange =
  | { readonly outcome: "kept"; readonly stored: StoredPolicies }
  | { readonly outcome: "stale" }
  | Exclude<Decision, { outcome: "accepted" }>;

export interface PolicyStore {
  /** One statement. */
  read(tenantId: string): Promise<StoredPolicies>;
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
