import { type Kysely, sql, type Transaction } from "kysely";
import type { Database } from "../database/schema.ts";
import { couldDo, type NamedApprover, type Question } from "./approver.ts";

/**
 * Who could agree to an act: enabled, not deleted, not kept for emergencies, with right and reach for that very act. One statement.
 * @param except ids of whoever asks and of whom the act is about: neither is a second person
 */
export async function eligibleApprovers(
  db: Kysely<Database> | Transaction<Database>,
  tenantId: string,
  question: Question,
  except: readonly string[] = [],
): Promise<NamedApprover[]> {
  const { rows } = await sql<{ id: string; userPrincipalName: string; roles: string[] }>`
    select u.id, u.user_principal_name as "userPrincipalName", array_agg(distinct r.role) as roles
    from users u join held_roles r on r.user_id = u.id
    where u.tenant_id = ${tenantId} and u.enabled and u.deleted_at is null and not u.break_glass and u.id <> all(${except}::uuid[])
    group by u.id order by u.id`.execute(db);
  return rows.filter((person) => couldDo(person, question));
}
