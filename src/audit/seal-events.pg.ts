import { sql, type Transaction } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import type { Keyring } from "../keys/keyring.ts";
import type { Clock } from "../kit/clock.ts";
import { BATCH, type SealEvents } from "./seal-events.ts";
import { hashOf, INSTALLATION, leafOf, NO_SEAL, placeOf, type Seal, type StoredEvent } from "./sealed-event.ts";

/** Told of each event exactly once, in the transaction that seals it. */
export type CountEvents = (trx: Transaction<Database>, events: readonly StoredEvent[]) => Promise<void>;

interface Deps {
  readonly db: Db;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly countEvents: CountEvents;
}

interface Mark {
  readonly id: string;
  readonly at: Date;
  readonly tenant_id: string | null;
}

/**
 * Whoever writes an event leaves a mark beside it and waits for nobody. Here marks become seals, one for each tenant, each bound to the
 * seal before it; marks and seals change places in one transaction, so that an event is always in exactly one of the two.
 */
export function createSealEvents({ db, keyring, clock, countEvents }: Deps): SealEvents {
  return () =>
    db.transaction().execute(async (trx) => {
      const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(hashtext('rekey audit seal')) as mine`.execute(trx);
      if (rows[0]?.mine !== true) return null;
      const marks = await takeMarks(trx);
      if (marks.length === 0) return 0;
      const events = await eventsOf(trx, marks);
      const key = keyring.current("audit");
      for (const [tenantId, own] of Map.groupBy(marks, ({ tenant_id }) => tenant_id ?? INSTALLATION)) {
        const { number, previousHash } = await lastSeal(trx, tenantId);
        const [ids, ats] = [own.map(({ id }) => id), own.map(({ at }) => at)];
        const leaves = own.map((mark) => leafOrNothing(key.bytes, events.get(placeOf(mark))));
        const sealedAt = new Date(clock.now());
        await insertSeal(trx, { tenantId, number: number + 1, sealedAt, ids, ats, leaves, keyId: key.id, previousHash }, key.bytes);
      }
      await countEvents(trx, [...events.values()]);
      return marks.length;
    });
}

/** Oldest first, as far as they are committed: one that comes later with an earlier time is in a later seal. */
async function takeMarks(trx: Transaction<Database>): Promise<Mark[]> {
  const { rows } = await sql<Mark>`
    with taken as (
      delete from audit_unsealed where (at, id) in (
        select at, id from audit_unsealed order by at, id limit ${BATCH} for update skip locked)
      returning id, at, tenant_id)
    select * from taken order by at, id`.execute(trx);
  return rows;
}

async function eventsOf(trx: Transaction<Database>, marks: readonly Mark[]): Promise<Map<string, StoredEvent>> {
  const { rows } = await sql<StoredEvent>`
    select e.* from unnest(${marks.map(({ id }) => id)}::text[], ${marks.map(({ at }) => at)}::timestamptz[]) as mark(id, at)
    join audit_events e on e.id = mark.id and e.at = mark.at`.execute(trx);
  return new Map(rows.map((row) => [placeOf(row), row]));
}

/** An event that somebody took away before it was sealed is sealed as missing: its mark is what is left of it. */
function leafOrNothing(key: Buffer, event: StoredEvent | undefined): Buffer {
  return event === undefined ? Buffer.alloc(0) : leafOf(key, event);
}

async function lastSeal(trx: Transaction<Database>, tenantId: string): Promise<{ number: number; previousHash: Buffer }> {
  const row = await trx
    .selectFrom("audit_seals")
    .select(["number", "hash"])
    .where("tenant_id", "=", tenantId)
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? { number: 0, previousHash: NO_SEAL } : { number: Number(row.number), previousHash: row.hash };
}

async function insertSeal(trx: Transaction<Database>, seal: Seal, key: Buffer): Promise<void> {
  const { tenantId, number, sealedAt, ids, ats, leaves, keyId, previousHash } = seal;
  const times = ats.map((at) => at.getTime());
  await trx
    .insertInto("audit_seals")
    .values({
      tenant_id: tenantId,
      number,
      sealed_at: sealedAt,
      first_at: new Date(Math.min(...times)),
      last_at: new Date(Math.max(...times)),
      count: ids.length,
      ids: [...ids],
      ats: [...ats],
      leaves: [...leaves],
      key_id: keyId,
      previous_hash: previousHash,
      hash: hashOf(key, seal),
    })
    .execute();
}
