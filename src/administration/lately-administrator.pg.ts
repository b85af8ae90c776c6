import { type Kysely, sql } from "kysely";
import type { Database } from "../database/schema.ts";
import { DAY } from "../kit/clock.ts";
import { GLOBAL_ADMINISTRATOR } from "../users/role-rules.ts";

/** As long as this a person from whom the role was taken is guarded as if they had it. */
const LATELY_MS = DAY;

/**
 * Whether somebody was a Global Administrator within the last 24 hours. Whoever takes the role, resets and gives it back would otherwise need
 * no second person (docs/decisions/0057). One indexed statement, by the audit log, which nobody can rewrite. @param now milliseconds
 */
export async function wasGlobalAdministratorLately(db: Kysely<Database>, tenantId: string, userId: string, now: number): Promise<boolean> {
  const { rows } = await sql`
    select 1 from audit_events where tenant_id = ${tenantId} and user_id = ${userId} and at > ${new Date(now - LATELY_MS)}
      and type = 'role.revoke' and details ->> 'role' = ${GLOBAL_ADMINISTRATOR} limit 1`.execute(db);
  return rows.length > 0;
}
