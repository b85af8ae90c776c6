import { sql, type Transaction } from "kysely";
import type { Database } from "../database/schema.ts";
import { isProtected } from "./protected-person.ts";
import type { UserAddress } from "./user-record.ts";

/** The columns of a person that an application may see and change, as they are stored. */
export type PersonColumns = Readonly<Record<string, string | boolean | null>> & {
  readonly id: string;
  readonly usage_location: string | null;
};

export type LockedPerson =
  | { readonly outcome: "locked"; readonly row: PersonColumns }
  | { readonly outcome: "unknown" }
  | { readonly outcome: "administrator" };

/**
 * A person whom an application is about to change, and the one place that keeps applications off administrators. Locked first, then
 * read: the end of a reset and the granting of a role take the same row, so the role was there before, or waits.
 */
export async function lockPerson(trx: Transaction<Database>, tenantId: string, address: UserAddress): Promise<LockedPerson> {
  const wanted = "id" in address ? sql`u.id = ${address.id}` : sql`u.upn_key = ${address.key}`;
  const { rows } = await sql<PersonColumns>`
    select u.id, u.enabled, u.licensed, u.display_name, u.given_name, u.surname, u.mail, u.preferred_language, u.usage_location
    from users u where u.tenant_id = ${tenantId} and u.deleted_at is null and ${wanted} for update`.execute(trx);
  const [row] = rows;
  if (row === undefined) return { outcome: "unknown" };
  const roles = await trx.selectFrom("user_roles").select("role").where("user_id", "=", row.id).execute();
  return isProtected(roles.map(({ role }) => role)) ? { outcome: "administrator" } : { outcome: "locked", row };
}
