import { sql, type Transaction } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import type { Clock } from "../kit/clock.ts";
import { newId, type Random } from "../kit/random.ts";
import type { Secret } from "../kit/secret.ts";
import { createKeyring, KEY_PURPOSES, type Key, type KeyPurpose, type Keyring } from "./keyring.ts";
import { unwrap, wrap } from "./wrapping.ts";

export interface KeyringSource {
  readonly db: Db;
  /** The first wraps, all unwrap. */
  readonly masterKeys: readonly Secret<Buffer>[];
  readonly clock: Clock;
}

/**
 * Reads the keyring, and makes the keys that are missing: once, also when several processes start at the same time.
 * @throws when no master key opens a key: better no start than values nobody can read
 */
export async function loadKeyring(source: KeyringSource & { readonly random: Random }): Promise<Keyring> {
  const { db, masterKeys, clock, random } = source;
  await db.transaction().execute(async (trx) => {
    await lockKeyring(trx);
    const rows = await trx.selectFrom("keyring").select("purpose").where("retired_at", "is", null).execute();
    const missing = KEY_PURPOSES.filter((purpose) => !rows.some((row) => row.purpose === purpose));
    for (const purpose of missing) await insertKey(trx, { purpose, masterKeys, random, now: clock.now(), currentFrom: clock.now() });
  });
  return readKeyring(source);
}

/** @throws when no master key opens a key */
export async function readKeyring({ db, masterKeys, clock }: KeyringSource): Promise<Keyring> {
  const rows = await db
    .selectFrom("keyring")
    .selectAll()
    .where((eb) => eb.or([eb("retired_at", "is", null), eb("retired_at", ">", new Date(clock.now()))]))
    .orderBy("current_from", "desc")
    .orderBy("id")
    .execute();
  const keys = new Map<KeyPurpose, Key[]>(KEY_PURPOSES.map((purpose) => [purpose, []]));
  for (const row of rows)
    keys.get(row.purpose as KeyPurpose)?.push({
      id: row.id,
      bytes: unwrap(row, masterKeys),
      currentFrom: row.current_from.getTime(),
      ...(row.retired_at === null ? {} : { retiredAt: row.retired_at.getTime() }),
    });
  return createKeyring(keys, clock);
}

/** Whoever changes the keyring, one at a time, until the transaction ends. */
export async function lockKeyring(trx: Transaction<Database>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('rekey keyring'))`.execute(trx);
}

export interface NewKey {
  readonly purpose: KeyPurpose;
  readonly masterKeys: readonly Secret<Buffer>[];
  readonly random: Random;
  readonly now: number;
  readonly currentFrom: number;
}

/** Answers its id. */
export async function insertKey(trx: Transaction<Database>, { purpose, masterKeys, random, now, currentFrom }: NewKey): Promise<string> {
  const id = newId(random);
  const row = wrap({ id, purpose, bytes: random(32) }, masterKeys);
  await trx
    .insertInto("keyring")
    .values({ ...row, created_at: new Date(now), current_from: new Date(currentFrom), retired_at: null })
    .execute();
  return id;
}
