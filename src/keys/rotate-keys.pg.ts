import { sql, type Transaction } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Database } from "../database/schema.ts";
import { newId, type Random } from "../kit/random.ts";
import { insertKey, type KeyringSource, lockKeyring } from "./keyring.pg.ts";
import { ANNOUNCE_MS, KEYRING_CHANNEL, READS_ON, type RotatingPurpose } from "./rotation.ts";
import { isWrappedByFirst, unwrap, wrap } from "./wrapping.ts";

export interface RotateOptions extends KeyringSource {
  readonly random: Random;
  /** New keys for these. None: the master key alone is changed. */
  readonly purposes: readonly RotatingPurpose[];
  /** Milliseconds until the new keys are used, {@link ANNOUNCE_MS} where absent. */
  readonly announceMs?: number;
}

export interface Rotation {
  /** Keys that another master key wrapped, and now the first one does. */
  readonly rewrapped: number;
  /** `currentFrom` in milliseconds. */
  readonly made: readonly { purpose: RotatingPurpose; id: string; currentFrom: number }[];
  /** Keys that read nothing any more, and are gone. */
  readonly forgotten: number;
}

/**
 * Rotates the keyring in one transaction, under load: whatever is under way goes on. Every key is wrapped by the first master key, which
 * changes nothing else; each purpose asked for gets a new key, which is announced before it is used, while the former one reads on.
 * @throws when no master key opens a key; nothing is changed then
 */
export function rotateKeys(options: RotateOptions): Promise<Rotation> {
  const { db, clock, random, purposes, announceMs = ANNOUNCE_MS } = options;
  return db.transaction().execute(async (trx) => {
    await lockKeyring(trx);
    const now = clock.now();
    const forgotten = await trx.deleteFrom("keyring").where("retired_at", "<=", new Date(now)).executeTakeFirst();
    const rewrapped = await rewrap(trx, options);
    const made: Rotation["made"][number][] = [];
    for (const purpose of new Set(purposes)) {
      const currentFrom = now + announceMs;
      const id = await insertKey(trx, { ...options, purpose, now, currentFrom });
      await retireFormer(trx, purpose, id, currentFrom);
      made.push({ purpose, id, currentFrom });
    }
    const details = { rewrapped, made: made.map(({ purpose, id }) => ({ purpose, id })) };
    const act = { type: "keys.rotate", outcome: "success", actor: { kind: "operator" }, tenantId: null } as const;
    await writeAuditEvents(trx, [{ ...act, id: newId(random), at: now, details }]);
    await sql`select pg_notify(${KEYRING_CHANNEL}, '')`.execute(trx);
    return { rewrapped, made, forgotten: Number(forgotten.numDeletedRows) };
  });
}

async function rewrap(trx: Transaction<Database>, { masterKeys }: RotateOptions): Promise<number> {
  const rows = await trx.selectFrom("keyring").selectAll().execute();
  const others = rows.filter((row) => !isWrappedByFirst(row, masterKeys));
  for (const row of others) {
    const { sealed_key, master_key_id } = wrap({ ...row, bytes: unwrap(row, masterKeys) }, masterKeys);
    await trx.updateTable("keyring").set({ sealed_key, master_key_id }).where("id", "=", row.id).execute();
  }
  return others.length;
}

async function retireFormer(trx: Transaction<Database>, purpose: RotatingPurpose, id: string, currentFrom: number): Promise<void> {
  const readsOn = READS_ON[purpose];
  if (readsOn === null) return;
  await trx
    .updateTable("keyring")
    .set({ retired_at: new Date(currentFrom + readsOn) })
    .where("purpose", "=", purpose)
    .where("retired_at", "is", null)
    .where("id", "<>", id)
    .execute();
}
