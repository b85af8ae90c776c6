import { randomUUID } from "node:crypto";
import { sql, type Transaction } from "kysely";
import { bulkInsert } from "../database/bulk-insert.pg.ts";
import type { Database } from "../database/schema.ts";
import type { Incoming } from "./import-people.pg.ts";
import type { RecordedAct } from "./user-writer.ts";

type Trx = Transaction<Database>;
type Joining = Pick<Incoming, "id" | "join">;

/**
 * Makes the groups that people are to be put into and that are not there yet, and holds the others, so that none goes before the end.
 * False when somebody else has made one of them in the meantime, or one that roles can be given to.
 */
export async function makeGroups(trx: Trx, { tenantId, now }: RecordedAct, people: readonly Joining[]): Promise<boolean> {
  // Of several writings of one name the first is the group's.
  const names = new Map(people.flatMap(({ join }) => [...join]).reverse());
  if (names.size === 0) return true;
  const keys = [...names.keys()];
  const { rows } = await sql<{ name_key: string; role_assignable: boolean }>`
    select name_key, role_assignable from groups where tenant_id = ${tenantId} and name_key = any(${keys}::text[]) order by name_key for key share`.execute(
    trx,
  );
  if (rows.some((row) => row.role_assignable)) return false;
  const there = new Set(rows.map((row) => row.name_key));
  const missing = [...names].filter(([key]) => !there.has(key));
  const created = missing.map(([key, name]) => {
    return { id: randomUUID(), tenant_id: tenantId, name, name_key: key, created_at: new Date(now) };
  });
  const inserted = await bulkInsert(trx, "groups", created, { ignoreConflicts: true, orderBy: "name_key", returning: "id" });
  return inserted.length === created.length;
}

/** Puts people into groups that are there. */
export async function putIntoGroups(trx: Trx, { tenantId }: RecordedAct, people: readonly Joining[]): Promise<void> {
  const memberships = people.flatMap(({ id, join }) => [...join.keys()].map((key) => ({ id, key })));
  if (memberships.length === 0) return;
  await sql`
    insert into group_members (group_id, user_id)
    select g.id, r.id from json_to_recordset(${JSON.stringify(memberships)}::json) as r(id uuid, key text)
    join groups g on g.tenant_id = ${tenantId} and g.name_key = r.key and not g.role_assignable
    on conflict do nothing`.execute(trx);
}

/** Takes people out of groups, by folded name. */
export async function takeOutOfGroups(
  trx: Trx,
  { tenantId }: RecordedAct,
  people: readonly { readonly id: string; readonly leave: readonly string[] }[],
): Promise<void> {
  const memberships = people.flatMap(({ id, leave }) => leave.map((key) => ({ id, key })));
  if (memberships.length === 0) return;
  await sql`
    delete from group_members m
    using json_to_recordset(${JSON.stringify(memberships)}::json) as r(id uuid, key text), groups g
    where g.tenant_id = ${tenantId} and g.name_key = r.key and m.group_id = g.id and m.user_id = r.id`.execute(trx);
}
