import { sql, type Transaction } from "kysely";
import type { Database } from "../database/schema.ts";

import type { GroupMember, GroupMemberStore } from "./group-store.ts";
import { type GroupDeps, groupToChange, recordGroup, recordUnmade } from "./guarded-group.pg.ts";
import { globalAdministratorsAmong, keepGlobalAdministrator, tellOfGlobalAdministrators } from "./last-administrator.pg.ts";
import type { UserAddress } from "./user-record.ts";
import type { Act } from "./user-writer.ts";

type Trx = Transaction<Database>;
type Executor = GroupDeps["db"] | Trx;

export function createGroupMembers(deps: GroupDeps): GroupMemberStore {
  const { db } = deps;
  return {
    async list(tenantId, groupId, after, limit) {
      const group = await db
        .selectFrom("groups")
        .select("id")
        .where("tenant_id", "=", tenantId)
        .where("id", "=", groupId)
        .executeTakeFirst();
      if (group === undefined) return null;
      const { rows } = await sql<GroupMember>`
        select * from (${membersOf(tenantId, groupId)}) member where ${after}::text is null or key > ${after}
        order by key limit ${limit}`.execute(db);
      return rows;
    },
    async find(tenantId, groupId, address) {
      const member = await memberAt(db, tenantId, address);
      if (member === null) return null;
      const { rows } = await sql<GroupMember>`
        select * from (${membersOf(tenantId, groupId)}) member where id = ${member.id}`.execute(db);
      return rows[0] ?? null;
    },
    add: (groupId, address, act) => db.transaction().execute((trx) => add(trx, deps, groupId, address, act)),
    remove: (groupId, address, act) => db.transaction().execute((trx) => remove(trx, deps, groupId, address, act)),
  };
}

function membersOf(tenantId: string, groupId: string) {
  return sql`
    select u.id, 'user' as type, u.user_principal_name as name, u.display_name as "displayName", 'user ' || u.upn_key as key
    from groups g join group_members m on m.group_id = g.id join users u on u.id = m.user_id and u.deleted_at is null
    where g.tenant_id = ${tenantId} and g.id = ${groupId}
    union all
    select c.id, 'group', c.name, null, 'group ' || c.name_key
    from groups g join group_children n on n.group_id = g.id join groups c on c.id = n.child_id
    where g.tenant_id = ${tenantId} and g.id = ${groupId}`;
}

type FoundMember = Pick<GroupMember, "id" | "type"> & { readonly roleAssignable: boolean };

async function memberAt(db: Executor, tenantId: string, address: UserAddress): Promise<FoundMember | null> {
  const user = "id" in address ? sql`id = ${address.id}` : sql`upn_key = ${address.key}`;
  const group = "id" in address ? sql`id = ${address.id}` : sql`false`;
  const { rows } = await sql<FoundMember>`
    select id, 'user' as type, false as "roleAssignable" from users where tenant_id = ${tenantId} and deleted_at is null and ${user}
    union all
    select id, 'group', role_assignable from groups where tenant_id = ${tenantId} and ${group}`.execute(db);
  return rows[0] ?? null;
}

async function add(trx: Trx, deps: GroupDeps, groupId: string, address: UserAddress, act: Act) {
  const { tenantId } = act;
  const { group, member } = await lockBoth(trx, groupId, address, act);
  if (group === null || member === null) return "unknown";
  if (member.type === "group") {
    if (group.roleAssignable || member.roleAssignable) return "people-alone";
    if (await wouldCircle(trx, tenantId, groupId, member.id)) return "cycle";
  }
  const people = group.roleAssignable ? [member.id] : [];
  const before = await globalAdministratorsAmong(trx, people);
  const added =
    member.type === "user"
      ? await sql`insert into group_members (group_id, user_id) values (${groupId}, ${member.id}) on conflict do nothing`.execute(trx)
      : await sql`insert into group_children (group_id, child_id) values (${groupId}, ${member.id}) on conflict do nothing`.execute(trx);
  if (added.numAffectedRows === 0n) return "was-there";
  await recordMember(trx, deps, "group.member-add", act, groupId, member);
  await tellOfGlobalAdministrators(trx, act, people, before);
  return "added";
}

/**
 * Whether the group can be reached from the one that is to be put into it. Nesting is changed by one call at a time in an organisation:
 * two calls that each look and find no circle could close one together.
 */
async function wouldCircle(trx: Trx, tenantId: string, groupId: string, childId: string): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`group nesting ${tenantId}`}, 0))`.execute(trx);
  const { rows } = await sql`
    with recursive below(id) as (
      select ${childId}::uuid
      union
      select c.child_id from group_children c join below on below.id = c.group_id
    )
    select 1 from below where id = ${groupId}`.execute(trx);
  return rows.length > 0;
}

/** The group, if the caller may change it, and who comes or goes. */
async function lockBoth(trx: Trx, groupId: string, address: UserAddress, act: Act) {
  const before = await memberAt(trx, act.tenantId, address);
  const group = await groupToChange(trx, groupId, act, () => (before?.type === "user" ? [before.id] : []));
  // Read again: whoever was removed while a lock was waited for is a member of nothing any more.
  return { group, member: before === null ? null : await memberAt(trx, act.tenantId, { id: before.id }) };
}

async function remove(trx: Trx, deps: GroupDeps, groupId: string, address: UserAddress, act: Act) {
  const { group, member } = await lockBoth(trx, groupId, address, act);
  if (group === null || member === null) return "unknown";
  const unmade = group.roleAssignable ? await globalAdministratorsAmong(trx, [member.id]) : [];
  const removed =
    member.type === "user"
      ? await sql`delete from group_members where group_id = ${groupId} and user_id = ${member.id}`.execute(trx)
      : await sql`delete from group_children where group_id = ${groupId} and child_id = ${member.id}`.execute(trx);
  if (removed.numAffectedRows === 0n) return "unknown";
  await keepGlobalAdministrator(trx, act, unmade);
  await recordMember(trx, deps, "group.member-remove", act, groupId, member);
  await recordUnmade(trx, deps, act, unmade, groupId);
  return "removed";
}

function recordMember(trx: Trx, deps: GroupDeps, type: string, act: Act, group: string, member: Pick<GroupMember, "id" | "type">) {
  const details = member.type === "user" ? { group } : { group, member: member.id };
  return recordGroup(trx, deps, type, act, details, member.type === "user" ? member.id : undefined);
}
