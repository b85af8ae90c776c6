import { randomUUID } from "node:crypto";
import { sql, type Transaction } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import { newId, type Random } from "../kit/random.ts";
import { foldCase } from "./case-fold.ts";
import type { GroupStore } from "./group-store.ts";
import type { Act } from "./user-writer.ts";

type Trx = Transaction<Database>;

const UNIQUE_VIOLATION = "23505";

export interface GroupDeps {
  readonly db: Db;
  readonly random: Random;
}

export function createGroupStore(deps: GroupDeps): GroupStore {
  const { db } = deps;
  return {
    async list(tenantId, nameStart, after, limit) {
      let query = db.selectFrom("groups").select(["id", "name", "name_key as key"]).where("tenant_id", "=", tenantId);
      if (after !== null) query = query.where("name_key", ">", after);
      if (nameStart !== null) query = query.where(sql<boolean>`starts_with(name_key, ${foldCase(nameStart)})`);
      return query.orderBy("name_key").limit(limit).execute();
    },
    async find(tenantId, id) {
      const found = await db
        .selectFrom("groups")
        .select(["id", "name", "name_key as key"])
        .where("tenant_id", "=", tenantId)
        .where("id", "=", id)
        .executeTakeFirst();
      return found ?? null;
    },
    create: (name, act) =>
      db.transaction().execute(async (trx) => {
        const group = { id: randomUUID(), name, key: foldCase(name) };
        const inserted = await trx
          .insertInto("groups")
          .values({ id: group.id, tenant_id: act.tenantId, name, name_key: group.key, created_at: new Date(act.now) })
          .onConflict((oc) => oc.columns(["tenant_id", "name_key"]).doNothing())
          .executeTakeFirst();
        if (inserted.numInsertedOrUpdatedRows === 0n) return null;
        await recordGroup(trx, deps, "group.create", act, { group: group.id, name });
        return group;
      }),
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

async function rename(trx: Trx, deps: GroupDeps, id: string, name: string, act: Act): Promise<"renamed" | "unknown"> {
  const { tenantId } = act;
  const group = await trx
    .selectFrom("groups")
    .select(["name"])
    .where("tenant_id", "=", tenantId)
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
  if (group === undefined) return "unknown";
  if (group.name === name) return "renamed";
  await trx
    .updateTable("groups")
    .set({ name, name_key: foldCase(name) })
    .where("id", "=", id)
    .execute();
  await recordGroup(trx, deps, "group.update", act, { group: id, name: { before: group.name, after: name } });
  return "renamed";
}

async function remove(trx: Trx, deps: GroupDeps, id: string, act: Act): Promise<"removed" | "unknown" | "in-use"> {
  const { tenantId } = act;
  // A change of the policy takes this row too: no policy can name the group between the look and the end.
  const named = await sql<{ named: boolean }>`
    select coalesce(policy -> 'groups' ? ${id}, false) as named from tenants where id = ${tenantId} for share`.execute(trx);
  const group = await sql<{ name: string }>`
    select name from groups where tenant_id = ${tenantId} and id = ${id} for update`.execute(trx);
  const [found] = group.rows;
  if (found === undefined) return "unknown";
  if (named.rows[0]?.named === true) return "in-use";
  await trx.deleteFrom("groups").where("id", "=", id).execute();
  await recordGroup(trx, deps, "group.delete", act, { group: id, name: found.name });
  return "removed";
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
