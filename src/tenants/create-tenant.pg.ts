import { randomUUID } from "node:crypto";
import type { Transaction } from "kysely";
import type { Database } from "../database/schema.ts";
import type { Plan } from "../policy/entitlements.ts";
import { DEFAULT_ADMINISTRATOR_POLICY, DEFAULT_POLICY } from "../policy/tenant-policy.ts";

export interface NewTenant {
  readonly name: string;
  /** ASCII, lower case. */
  readonly domain: string;
  readonly plan: Plan;
}

/** Founds an organisation on the default policies. To be called in a transaction. `null` when the domain belongs to another one. */
export async function createTenant(trx: Transaction<Database>, tenant: NewTenant, now: number): Promise<string | null> {
  const id = randomUUID();
  const policy = JSON.stringify(DEFAULT_POLICY);
  const administratorPolicy = JSON.stringify(DEFAULT_ADMINISTRATOR_POLICY);
  await trx
    .insertInto("tenants")
    .values({ id, name: tenant.name, plan: tenant.plan, policy, administrator_policy: administratorPolicy, created_at: new Date(now) })
    .execute();
  const taken = await trx
    .insertInto("tenant_domains")
    .values({ domain: tenant.domain, tenant_id: id })
    .onConflict((oc) => oc.column("domain").doNothing())
    .executeTakeFirst();
  if (taken.numInsertedOrUpdatedRows === 0n) return null;
  await trx
    .insertInto("policy_versions")
    .values({
      tenant_id: id,
      version: 1,
      policy,
      administrator_policy: administratorPolicy,
      changed_by: JSON.stringify({ kind: "operator" }),
      changed_at: new Date(now),
    })
    .execute();
  return id;
}
