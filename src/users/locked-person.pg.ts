import { sql, type Transaction } from "kysely";
import type { Database } from "../database/schema.ts";
import { judgeReach, type OutOfReach, type Reaching } from "./reach.ts";
import type { UserAddress } from "./user-record.ts";
import type { Act } from "./user-writer.ts";

/** The columns of a person that the administration sees and changes, as they are stored. */
export type PersonColumns = Readonly<Record<string, string | boolean | null>> & {
  readonly id: string;
  readonly upn_key: string;
  readonly usage_location: string | null;
};

export type LockedPerson =
  | { readonly outcome: "locked"; readonly row: PersonColumns; readonly roles: readonly string[] }
  | { readonly outcome: "unknown" }
  | { readonly outcome: "out-of-reach"; readonly beyond: OutOfReach };

/**
 * A person on whom somebody is about to act, and the one place that keeps everybody off those whom they do not reach. Locked first, then
 * read: the end of a reset and the granting of a role take the same row, so the role was there before, or waits.
 * @param removed whether somebody is looked for who is there, or who was removed and can be restored
 */
export async function lockPerson(
  trx: Transaction<Database>,
  { tenantId, actor, roles }: Pick<Act, "tenantId" | "actor" | "roles">,
  address: UserAddress,
  reaching: Reaching,
  removed: "present" | "removed" = "present",
): Promise<LockedPerson> {
  const wanted = "id" in address ? sql`u.id = ${address.id}` : sql`u.upn_key = ${address.key}`;
  const { rows } = await sql<PersonColumns>`
    select u.id, u.upn_key, u.enabled, u.licensed, u.display_name, u.given_name, u.surname, u.mail, u.preferred_language, u.usage_location
    from users u where u.tenant_id = ${tenantId} and (u.deleted_at is not null) = ${removed === "removed"} and ${wanted} for update`.execute(
    trx,
  );
  const [row] = rows;
  if (row === undefined) return { outcome: "unknown" };
  const held = await heldRoles(trx, row.id);
  const beyond = judgeReach({ actor, roles }, { id: row.id, ...held }, reaching);
  return beyond === null ? { outcome: "locked", row, roles: held.roles } : { outcome: "out-of-reach", beyond };
}

/** To be called under the lock of the person's row. One statement. */
export async function heldRoles(trx: Transaction<Database>, userId: string) {
  const { rows } = await sql<{ roles: string[]; inRoleAssignableGroup: boolean }>`
    select array(select role from held_roles where user_id = ${userId} order by role) as roles, exists (
      select 1 from group_members m join groups g on g.id = m.group_id where m.user_id = ${userId} and g.role_assignable
    ) as "inRoleAssignableGroup"`.execute(trx);
  return rows[0] ?? { roles: [], inRoleAssignableGroup: false };
}
