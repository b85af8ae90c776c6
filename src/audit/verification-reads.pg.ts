import { type RawBuilder, sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import { INSTALLATION, placeOf, type StoredEvent } from "./sealed-event.ts";
import type { Head, StoredSeal } from "./verification.ts";

/** Numbers of seals, and times of events; both ends belong to it. */
export interface Range {
  readonly fromNumber: number;
  readonly toNumber: number;
  readonly fromAt: Date | null;
  readonly toAt: Date | null;
}

/** What may be asked for: by the numbers of seals, or by the times of events. */
export interface Span {
  readonly from?: number | Date;
  readonly to?: number | Date;
}

/** Which seals, and events of which times, belong to a span. */
export async function rangeOf(db: Db, tenantId: string, { from, to }: Span, head: number): Promise<Range> {
  if (from === undefined && to === undefined) return { fromNumber: 1, toNumber: head, fromAt: null, toAt: null };
  const times = { from: from instanceof Date ? from : null, to: to instanceof Date ? to : null };
  const numbers = { from: typeof from === "number" ? from : null, to: typeof to === "number" ? to : null };
  const { rows } = await sql<{ first: string | null; last: string | null; first_at: Date | null; last_at: Date | null }>`
    select min(number) as first, max(number) as last, min(first_at) as first_at, max(last_at) as last_at from audit_seals
    where tenant_id = ${tenantId}
      and number between ${numbers.from ?? 1}::bigint and ${numbers.to ?? head}::bigint
      and tstzrange(first_at, last_at, '[]') && tstzrange(${times.from}::timestamptz, ${times.to}::timestamptz, '[]')`.execute(db);
  const [row] = rows;
  return {
    fromNumber: numbers.from ?? Number(row?.first ?? 1),
    toNumber: Math.min(head, numbers.to ?? Number(row?.last ?? 0)),
    fromAt: times.from ?? (numbers.from === null ? null : (row?.first_at ?? null)),
    toAt: times.to ?? (numbers.to === null ? null : (row?.last_at ?? null)),
  };
}

export async function readHead(db: Db, tenantId: string, number?: number): Promise<Head | null> {
  const row = await db
    .selectFrom("audit_seals")
    .select(["number", "hash"])
    .where("tenant_id", "=", tenantId)
    .$if(number !== undefined, (query) => query.where("number", "=", String(number)))
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : { number: Number(row.number), hash: row.hash.toString("hex") };
}

/** A few seals with a number above `after`, in order: each holds up to a thousand events. */
export async function readSeals(db: Db, tenantId: string, after: number, to: number): Promise<StoredSeal[]> {
  const rows = await db
    .selectFrom("audit_seals")
    .selectAll()
    .where("tenant_id", "=", tenantId)
    .where("number", ">", String(after))
    .where("number", "<=", String(to))
    .orderBy("number")
    .limit(8)
    .execute();
  return rows.map((row) => ({
    tenantId: row.tenant_id,
    number: Number(row.number),
    sealedAt: row.sealed_at,
    firstAt: row.first_at,
    lastAt: row.last_at,
    ids: row.ids,
    ats: row.ats,
    leaves: row.leaves,
    keyId: row.key_id,
    previousHash: row.previous_hash,
    hash: row.hash,
  }));
}

/** By {@link placeOf}. The time as well, so that each is looked for in its own month alone. */
export async function readSealedEvents(db: Db, seals: readonly StoredSeal[]): Promise<Map<string, StoredEvent>> {
  const [ids, ats] = [seals.flatMap((seal) => seal.ids), seals.flatMap((seal) => seal.ats)];
  const { rows } = await sql<StoredEvent>`
    select e.* from unnest(${ids}::text[], ${ats}::timestamptz[]) as sealed(id, at)
    join audit_events e on e.id = sealed.id and e.at = sealed.at`.execute(db);
  return new Map(rows.map((row) => [placeOf(row), row]));
}

/** Which of these ids the table knows, at whatever time. */
export async function idsAnywhere(db: Db, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`select id from audit_events where id = any(${ids}::text[])`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** First days (`2026-11-01`) of the months that retention has dropped. */
export async function readRetiredMonths(db: Db): Promise<Set<string>> {
  const { rows } = await sql<{ month: string }>`select to_char(month, 'YYYY-MM-DD') as month from audit_retired`.execute(db);
  return new Set(rows.map(({ month }) => month));
}

export interface EventPlace {
  readonly id: string;
  /** As PostgreSQL writes it: to the microsecond. */
  readonly at: string;
  /** In no seal, and not waiting for one. */
  readonly added: boolean;
  readonly waits: boolean;
}

/** Events that are read at once. */
export const PAGE = 2_000;

/** Events of the tenant as they lie in the table, oldest first, each with whether a seal knows it: one statement, one view of the database. */
export async function readPlaces(db: Db, tenantId: string, after: EventPlace | null, { fromAt, toAt }: Range): Promise<EventPlace[]> {
  const conditions: RawBuilder<unknown>[] = [
    tenantId === INSTALLATION ? sql`tenant_id is null` : sql`tenant_id = ${tenantId}`,
    ...(after === null ? [] : [sql`(at, id) > (${after.at}::timestamptz, ${after.id})`]),
    ...(fromAt === null ? [] : [sql`at >= ${fromAt}`]),
    ...(toAt === null ? [] : [sql`at <= ${toAt}`]),
  ];
  const { rows } = await sql<EventPlace>`
    with page as materialized (
      select id, at from audit_events where ${sql.join(conditions, sql` and `)} order by at, id limit ${PAGE}
    ), sealed as (
      select one.id, one.at from audit_seals s cross join lateral unnest(s.ids, s.ats) as one(id, at)
      where s.tenant_id = ${tenantId} and exists (select from page)
        and tstzrange(s.first_at, s.last_at, '[]') && (select tstzrange(min(at), max(at), '[]') from page)
    )
    select p.id, p.at::text as at, w.id is not null as waits, s.id is null and w.id is null as added
    from page p left join sealed s on s.id = p.id and s.at = p.at left join audit_unsealed w on w.id = p.id and w.at = p.at
    order by p.at, p.id`.execute(db);
  return rows;
}
