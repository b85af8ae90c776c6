import type { Plan } from "../policy/entitlements.ts";
import type { AdministratorPolicy, TenantPolicy } from "../policy/tenant-policy.ts";

/** An organisation as the policy sees it. Read together with the account, never cached: a change holds everywhere at once. */
export interface TenantFacts {
  readonly id: string;
  readonly name: string;
  readonly plan: Plan;
  /** At least one licence is assigned to somebody. */
  readonly licensed: boolean;
  readonly policy: TenantPolicy;
  readonly administratorPolicy: AdministratorPolicy;
  readonly policyVersion: number;
}
