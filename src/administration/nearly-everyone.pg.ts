import { sql, type Transaction } from "kysely";
import type { Database } from "../database/schema.ts";
import { completePolicy, type TenantPolicy } from "../policy/tenant-policy.ts";

/** As many people may always be reset at once: in a small organisation a team is more than half of it. */
const ALWAYS_ALLOWED = 20;

/**
 * Whether a job about chosen people is one of everybody under another name, where that would have needed a second person: the two-person rule is
 * on, and it holds more than half of those who are enabled, and more than {@link ALWAYS_ALLOWED}. Its rows have to be there.
 */
export async function isNearlyEveryone(trx: Transaction<Database>, tenantId: string, jobId: string): Promise<boolean> {
  const tenant = await trx.selectFrom("tenants").select("policy").where("id", "=", tenantId).executeTakeFirstOrThrow();
  if (!completePolicy(tenant.policy as TenantPolicy).twoPersonRule) return false;
  const { rows } = await sql<{ held: number; people: number }>`
    select
      (select count(distinct u.id)::integer from password_job_rows r join users u on u.id = r.user_id
        where r.job_id = ${jobId} and r.state = 'pending' and u.tenant_id = ${tenantId} and u.enabled and u.deleted_at is null) as held,
      (select count(*)::integer from users where tenant_id = ${tenantId} and enabled and deleted_at is null) as people`.execute(trx);
  const { held = 0, people = 0 } = rows[0] ?? {};
  return held > ALWAYS_ALLOWED && held * 2 > people;
}
