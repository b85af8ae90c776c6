import { runMigrations as migrateQueue } from "graphile-worker";
import { Kysely, PostgresDialect, sql } from "kysely";
import { type MigrationResult, Migrator } from "kysely/migration";
import type pg from "pg";
import { migrations } from "../../migrations/index.ts";
import type { Connection } from "./connect.pg.ts";

/**
 * Brings the schema up to date, ours and the queue's. An advisory lock is held meanwhile, so several processes may call at once: one works,
 * the others wait for as long as it takes and find nothing to do.
 * @throws whatever the failing migration threw; ours are one transaction, so the database is left as it was
 */
export async function migrateUp({ direct }: Pick<Connection, "direct">): Promise<readonly MigrationResult[]> {
  return alone(direct.unlimited(), async (pool, db) => {
    const { error, results } = await migrator(db).migrateToLatest();
    if (error !== undefined) throw error;
    await migrateQueue({ pgPool: pool });
    return results ?? [];
  });
}

/** Takes back the last migration. */
export async function migrateDown({ direct }: Pick<Connection, "direct">): Promise<readonly MigrationResult[]> {
  return alone(direct.unlimited(), async (_, db) => {
    const { error, results } = await migrator(db).migrateDown();
    if (error !== undefined) throw error;
    return results ?? [];
  });
}

/** PostgreSQL: there is no such table. */
const NO_TABLE = "42P01";

/**
 * How many migrations are still to come. `/readyz` says no while there are any. Kysely's own list would read the whole catalogue, to see
 * whether its books are there.
 */
export async function pendingMigrations({ db }: Pick<Connection, "db">): Promise<number> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db).catch((error: { code?: unknown }) => {
    if (error.code === NO_TABLE) return { rows: [] };
    throw error;
  });
  const done = new Set(rows.map(({ name }) => name));
  return Object.keys(migrations).filter((name) => !done.has(name)).length;
}

/** Kysely's own lock leaves out the tables it keeps its books in, and the queue has none: both would be made twice at once. */
async function alone<T>(pool: pg.Pool, work: (pool: pg.Pool, db: Kysely<unknown>) => Promise<T>): Promise<T> {
  try {
    const guard = await pool.connect();
    try {
      await guard.query("set lock_timeout = 0; select pg_advisory_lock(hashtext('rekey migrations'))");
      return await work(pool, new Kysely({ dialect: new PostgresDialect({ pool }) }));
    } finally {
      // Its session ends, and the lock with it.
      guard.release(true);
    }
  } finally {
    await pool.end();
  }
}

function migrator(db: Kysely<unknown>): Migrator {
  return new Migrator({ db, provider: { getMigrations: async () => migrations } });
}
