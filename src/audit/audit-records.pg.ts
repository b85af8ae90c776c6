import { type RawBuilder, sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import { lookupKey } from "../users/user-principal-name.ts";
import { isUuid } from "../users/user-record.ts";
import type { AuditEventView } from "./audit-event-view.ts";
import type { AuditFilter, Narrowed, Place } from "./audit-query.ts";
import type { StoredEvent } from "./sealed-event.ts";

/** An event with its place in the order of the log. */
export interface PlacedEvent {
  readonly event: AuditEventView;
  readonly place: Place;
}

export interface AuditRecords {
  /** What a filter means, looked up once for all pages. */
  narrow(tenantId: string, filter: AuditFilter): Promise<Narrowed>;
  /** At most `limit` events beyond `after`, in the order of the log or against it. Two statements. */
  page(narrowed: Narrowed, order: "oldest" | "newest", after: Place | null, limit: number): Promise<PlacedEvent[]>;
}

type Row = StoredEvent & { readonly actor: AuditEventView["actor"]; readonly details: AuditEventView["details"]; readonly place: string };

export function createAuditRecords(db: Db): AuditRecords {
  return {
    async narrow(tenantId, filter) {
      const user = filter.user === undefined ? undefined : await idOf(db, tenantId, filter.user);
      const actor = filter.actor?.includes("@") ? await idOf(db, tenantId, filter.actor) : filter.actor;
      return { ...filter, tenantId, ...(user === undefined ? {} : { user }), ...(actor === undefined ? {} : { actor }) };
    },
    async page(narrowed, order, after, limit) {
      if (narrowed.user === null || narrowed.actor === null) return [];
      const direction = order === "oldest" ? { beyond: sql`>`, sorted: sql`asc` } : { beyond: sql`<`, sorted: sql`desc` };
      const conditions = conditionsOf(narrowed);
      if (after !== null) conditions.push(sql`(at, id) ${direction.beyond} (${after.at}::timestamptz, ${after.id})`);
      const { rows } = await sql<Row>`
        select *, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as place from audit_events
        where ${sql.join(conditions, sql` and `)}
        order by at ${direction.sorted}, id ${direction.sorted} limit ${limit}`.execute(db);
      const names = await namesOf(db, narrowed.tenantId, rows);
      return rows.map((row) => ({ event: viewOf(row, names), place: { at: row.place, id: row.id } }));
    },
  };
}

/** Each is a prefix of an index that goes on in the order of the log, so that a page costs as much as it is long (docs/audit.md). */
function conditionsOf({ tenantId, from, to, user, actor, type, outcome, flow }: Narrowed): RawBuilder<unknown>[] {
  return [
    sql`tenant_id = ${tenantId}`,
    ...(from === undefined ? [] : [sql`at >= ${new Date(from)}`]),
    ...(to === undefined ? [] : [sql`at < ${new Date(to)}`]),
    ...(user === undefined ? [] : [sql`user_id = ${user}`]),
    ...(actor === undefined ? [] : [sql`actor ->> 'id' = ${actor}`]),
    ...(type === undefined ? [] : [sql`type = ${type}`]),
    ...(flow === undefined ? [] : [sql`flow_id = ${flow}`]),
    // Said twice, so that the planner sees that the index of what did not succeed will do.
    ...(outcome === undefined ? [] : [sql`outcome = ${outcome}`]),
    ...(outcome === undefined || outcome === "success" ? [] : [sql`outcome <> 'success'`]),
  ];
}

/** Of somebody who was deleted, too: the name stays theirs. */
async function idOf(db: Db, tenantId: string, user: string): Promise<string | null> {
  if (isUuid(user)) return user.toLowerCase();
  const row = await db
    .selectFrom("users")
    .select("id")
    .where("tenant_id", "=", tenantId)
    .where("upn_key", "=", lookupKey(user))
    .orderBy("deleted_at", (order) => order.desc().nullsFirst())
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? null;
}

/** Names of the people and applications of a page, as they are called now. */
async function namesOf(db: Db, tenantId: string, rows: readonly Row[]): Promise<Map<string, string>> {
  const ids = new Set(rows.flatMap(({ user_id, actor }) => [user_id, actor.id ?? null]).filter((id) => id !== null));
  if (ids.size === 0) return new Map();
  const people = [...ids].filter(isUuid);
  const found = await sql<{ id: string; name: string }>`
    select id::text, user_principal_name as name from users where tenant_id = ${tenantId} and id = any(${people}::uuid[])
    union all
    select id, name from apps where tenant_id = ${tenantId} and id = any(${[...ids]}::text[])`.execute(db);
  return new Map(found.rows.map(({ id, name }) => [id, name]));
}

function viewOf(row: Row, names: ReadonlyMap<string, string>): AuditEventView {
  const { id, at, type, outcome, reason, actor, user_id, flow_id, support_code, details } = row;
  const name = actor.id === undefined ? undefined : names.get(actor.id);
  const userPrincipalName = user_id === null ? undefined : names.get(user_id);
  return {
    ...{ id, at: at.toISOString(), type, outcome },
    ...(reason === null ? {} : { reason }),
    actor: { kind: actor.kind, ...(actor.id === undefined ? {} : { id: actor.id }), ...(name === undefined ? {} : { name }) },
    ...(user_id === null ? {} : { user: { id: user_id, ...(userPrincipalName === undefined ? {} : { userPrincipalName }) } }),
    ...(flow_id === null ? {} : { flowId: flow_id }),
    ...(support_code === null ? {} : { supportCode: support_code }),
    details,
  };
}
