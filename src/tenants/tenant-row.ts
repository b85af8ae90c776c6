import type { Plan } from "../policy/entitlements.ts";
import { type AdministratorPolicy, completePolicy, type TenantPolicy } from "../policy/tenant-policy.ts";
import type { TenantFacts } from "./tenant.ts";

/** An organisation as PostgreSQL answers it. */
export interface TenantRow {
  tenant_id: string;
  tenant_name: string;
  plan: string;
  tenant_licensed: boolean;
  policy: TenantPolicy;
  administrator_policy: AdministratorPolicy;
  policy_version: number;
}

export function tenantOfRow(row: TenantRow): TenantFacts {
  return {
    id: row.tenant_id,
    name: row.tenant_name,
    plan: row.plan as Plan,
    licensed: row.tenant_licensed,
    policy: completePolicy(row.policy),
    administratorPolicy: row.administrator_policy,
    policyVersion: row.policy_version,
  };
}
