import { randomUUID } from "node:crypto";
import { type RawBuilder, sql, type Transaction } from "kysely";
import type { Database } from "../database/schema.ts";
import { foldCase } from "./case-fold.ts";
import type { Group, GroupStore, NewGroup } from "./group-store.ts";
import { type GroupDeps, groupToChange, recordGroup, recordUnmade } from "./guarded-group.pg.ts";
import { globalAdministratorsAmong, keepGlobalAdministrator, presentAct } from "./last-administrator.pg.ts";
import { outOfReach } from "./reach.ts";
import { judgeGroupChange } from "./role-rules.ts";
import type { Act } from "./user-writer.ts";

type Trx = Transaction<Database>;

const UNIQUE_VIOLATION = "23505";

export function createGroupStore(deps: GroupDeps): GroupStore {
  const { db } = deps;
  return {
    async list(tenantId, nameStart, after, limit) {
      const start = nameStart === null ? null : foldCase(nameStart);
      const { rows } = await selectGroups(
        sql`g.tenant_id = ${tenantId} and (${after}::text is null or g.name_key > ${after})
        and (${start}::text is null or starts_with(g.name_key, ${start}))`,
        limit,
      ).execute(db);
      return rows;
    },
    async find(tenantId, id) {
      const { rows } = await selectGroups(sql`g.tenant_id = ${tenantId} and g.id = ${id}`, 1).execute(db);
      return rows[0] ?? null;
    },
    create: (group, act) => db.transaction().execute((trx) => create(trx, deps, group, act)),
    async rename(id, name, act) {
      try {
        return await db.transaction().execute((trx) => rename(trx, deps, id, name, act));
      } catch (error) {
        // Two groups that take one name at once meet in the unique index.
        if (error instanceof Error && "code" in error && error.code === UNIQUE_VIOLATION) return "taken";
        throw error;
      }
    },
    remove: (id, act) => db.transaction().execute((trx) => remove(trx, deps, id, act)),
  };
}

function selectGroups(condition: RawBuilder<unknown>, limit: number): RawBuilder<Group> {
  return sql<Group>`
    select g.id, g.name, g.name_key as key, g.role_assignable as "roleAssignable",
      array(select r.role from group_roles r where r.group_id = g.id order by r.role) as roles
    from groups g where ${condition} order by g.name_key limit ${limit}`;
}

async function create(trx: Trx, deps: GroupDeps, { name, roleAssignable }: NewGroup, act: Act): Promise<Group | null> {
  const group = { id: randomUUID(), name, key: foldCase(name), roleAssignable, roles: [] };
  const beyond = judgeGroupChange(roleAssignable ? await presentAct(trx, act, []) : act, group, []);
  if (beyond !== null) throw outOfReach(beyond);
  const { id, key } = group;
  const row = { id, tenant_id: act.tenantId, name, name_key: key, role_assignable: roleAssignable, created_at: new Date(act.now) };
  const inserted = await trx
    .insertInto("groups")
    .values(row)
    .onConflict((oc) => oc.columns(["tenant_id", "name_key"]).doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows === 0n) return null;
  await recordGroup(trx, deps, "group.create", act, { group: id, name, ...(roleAssignable ? { roleAssignable } : {}) });
  return group;
}

async function rename(trx: Trx, deps: GroupDeps, id: string, name: string, act: Act): Promise<Group | "unknown"> {
  const group = await groupToChange(trx, id, act, () => []);
  if (group === null) return "unknown";
  const key = foldCase(name);
  if (group.name !== name) {
    await trx.updateTable("groups").set({ name, name_key: key }).where("id", "=", id).execute();
    await recordGroup(trx, deps, "group.update", act, { group: id, name: { before: group.name, after: name } });
  }
  return { ...group, name, key };
}

async function remove(trx: Trx, deps: GroupDeps, id: string, act: Act): Promise<"removed" | "unknown" | "in-use"> {
  const { tenantId } = act;
  // A change of the policy takes this row too: no policy can name the group between the look and the end.
  const named = await sql<{ named: boolean }>`
    select coalesce(policy -> 'groups' ? ${id}, false) as named from tenants where id = ${tenantId} for share`.execute(trx);
  let members: readonly string[] = [];
  const found = await groupToChange(trx, id, act, (inIt) => {
    members = inIt;
    return inIt;
  });
  if (found === null) return "unknown";
  if (named.rows[0]?.named === true) return "in-use";
  const unmade = await globalAdministratorsAmong(trx, members);
  await trx.deleteFrom("groups").where("id", "=", id).execute();
  await keepGlobalAdministrator(trx, act, unmade);
  await recordGroup(trx, deps, "group.delete", act, { group: id, name: found.name });
  await recordUnmade(trx, deps, act, unmade, id);
  return "removed";
}
