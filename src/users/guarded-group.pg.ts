import { sql, type Transaction } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import { newId, type Random } from "../kit/random.ts";
import { globalAdministratorsAmong, lockAdministrators, presentAct } from "./last-administrator.pg.ts";
import { outOfReach } from "./reach.ts";
import { GLOBAL_ADMINISTRATOR, type GuardedGroup, judgeGroupChange } from "./role-rules.ts";
import type { Act } from "./user-writer.ts";

type Trx = Transaction<Database>;

export interface GroupDeps {
  readonly db: Db;
  readonly random: Random;
}

export interface FoundGroup extends GuardedGroup {
  readonly id: string;
  readonly name: string;
}

/** A group with what guards it. `null`: not in this organisation. */
export async function guardedGroup(trx: Trx, tenantId: string, id: string): Promise<FoundGroup | null> {
  const { rows } = await sql<FoundGroup>`
    select g.id, g.name, g.role_assignable as "roleAssignable",
      array(select r.role from group_roles r where r.group_id = g.id order by r.role) as roles
    from groups g where g.tenant_id = ${tenantId} and g.id = ${id} for no key update of g`.execute(trx);
  return rows[0] ?? null;
}

/** To be called under the lock of the group's row: nobody comes in between. */
export async function membersOf(trx: Trx, groupId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select user_id as id from group_members where group_id = ${groupId}`.execute(trx);
  return rows.map(({ id }) => id);
}

/**
 * A group that is about to be changed, if the caller may. Whether roles can be given to it never changes, so that can be looked at before
 * anything is locked. @param whom who would come or go, of whoever is in it now
 * @throws {Problem} `forbidden`
 */
export async function groupToChange(
  trx: Trx,
  id: string,
  act: Act,
  whom: (members: readonly string[]) => readonly string[],
): Promise<FoundGroup | null> {
  const { rows } = await sql<{ roleAssignable: boolean }>`
    select role_assignable as "roleAssignable" from groups where tenant_id = ${act.tenantId} and id = ${id}`.execute(trx);
  const guarded = rows[0]?.roleAssignable === true;
  if (guarded) await lockAdministrators(trx, act.tenantId);
  const group = await guardedGroup(trx, act.tenantId, id);
  if (group === null) return null;
  const people = guarded ? whom(await membersOf(trx, id)) : [];
  const beyond = judgeGroupChange(guarded ? await presentAct(trx, act, people) : act, group, people);
  if (beyond !== null) throw outOfReach(beyond);
  return group;
}

/** The record of one change of a group. @param userId the person it is about, where it is about one */
export async function recordGroup(
  trx: Trx,
  { random }: GroupDeps,
  type: string,
  { tenantId, actor, now }: Act,
  details: Readonly<Record<string, unknown>>,
  userId?: string,
): Promise<void> {
  const about = userId === undefined ? {} : { userId };
  await writeAuditEvents(trx, [{ id: newId(random), at: now, tenantId, type, outcome: "success", actor, details, ...about }]);
}

/**
 * Whoever is no Global Administrator any more by a change of a group has it on their own record, as if the role had been taken from them:
 * that is where the two-person rule looks. @param before of whom the change was about, who was one
 */
export async function recordUnmade(trx: Trx, deps: GroupDeps, act: Act, before: readonly string[], group: string): Promise<void> {
  if (before.length === 0) return;
  const still = await globalAdministratorsAmong(trx, before);
  for (const id of before.filter((one) => !still.includes(one)))
    await recordGroup(trx, deps, "role.revoke", act, { group, role: GLOBAL_ADMINISTRATOR }, id);
}
