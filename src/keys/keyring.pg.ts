import { createHash } from "node:crypto";
import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import type { Clock } from "../kit/clock.ts";
import { newId, type Random } from "../kit/random.ts";
import { seal, unseal } from "../kit/seal.ts";
import type { Secret } from "../kit/secret.ts";
import { createKeyring, KEY_PURPOSES, type Key, type KeyPurpose, type Keyring } from "./keyring.ts";

interface LoadOptions {
  readonly db: Db;
  /** The first wraps, all unwrap. */
  readonly masterKeys: readonly Secret<Buffer>[];
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Reads the keyring, and makes the keys that are missing: once, also when several processes start at the same time.
 * @throws when no master key opens a key: better no start than values nobody can read
 */
export async function loadKeyring({ db, masterKeys, clock, random }: LoadOptions): Promise<Keyring> {
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtext('rekey keyring'))`.execute(trx);
    const rows = await trx.selectFrom("keyring").selectAll().where("retired_at", "is", null).orderBy("created_at", "desc").execute();
    const keys = new Map<KeyPurpose, Key[]>(KEY_PURPOSES.map((purpose) => [purpose, []]));
    for (const row of rows) keys.get(row.purpose as KeyPurpose)?.push({ id: row.id, bytes: unwrap(row, masterKeys) });
    for (const purpose of KEY_PURPOSES) {
      if (keys.get(purpose)?.length !== 0) continue;
      const key = { id: newId(random), bytes: random(32) };
      await trx
        .insertInto("keyring")
        .values(wrapped(key, purpose, masterKeys, clock))
        .execute();
      keys.set(purpose, [key]);
    }
    return createKeyring(keys);
  });
}

function wrapped(key: Key, purpose: KeyPurpose, masterKeys: readonly Secret<Buffer>[], clock: Clock) {
  const master = masterKeys[0]?.reveal();
  if (master === undefined) throw new Error("no master key");
  return {
    id: key.id,
    purpose,
    sealed_key: seal(master, place(purpose, key.id), key.bytes),
    master_key_id: masterKeyId(master),
    created_at: new Date(clock.now()),
    retired_at: null,
  };
}

function unwrap(
  row: { id: string; purpose: string; sealed_key: Buffer; master_key_id: string },
  masterKeys: readonly Secret<Buffer>[],
): Buffer {
  const master = masterKeys.map((key) => key.reveal()).find((key) => masterKeyId(key) === row.master_key_id);
  if (master === undefined) throw new Error("MASTER_KEY does not open this database's keyring: it was wrapped by another key");
  return unseal(master, place(row.purpose, row.id), row.sealed_key);
}

function place(purpose: string, id: string): string {
  return `keyring/${purpose}/${id}`;
}

/** Names a master key without telling it. */
function masterKeyId(key: Buffer): string {
  return createHash("sha256").update("rekey master key").update(key).digest("base64url").slice(0, 12);
}
