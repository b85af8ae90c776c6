import { runMigrations as migrateQueue } from "graphile-worker";
import { type MigrationResult, Migrator } from "kysely/migration";
import { migrations } from "../../migrations/index.ts";
import type { Connection } from "./connect.pg.ts";

/**
 * Brings the schema up to date. Kysely holds an advisory lock meanwhile, so several processes may call at once:
 * one works, the others wait and find nothing to do.
 * @throws whatever the failing migration threw; the database is left as it was, each migration runs in a transaction
 */
export async function migrateUp({ db, pool }: Connection): Promise<readonly MigrationResult[]> {
  const { error, results } = await migrator(db).migrateToLatest();
  if (error !== undefined) throw error;
  await migrateQueue({ pgPool: pool });
  return results ?? [];
}

/** Takes back the last migration. */
export async function migrateDown({ db }: Connection): Promise<readonly MigrationResult[]> {
  const { error, results } = await migrator(db).migrateDown();
  if (error !== undefined) throw error;
  return results ?? [];
}

/** How many migrations are still to come. `/readyz` says no while there are any. */
export async function pendingMigrations({ db }: Connection): Promise<number> {
  const known = await migrator(db).getMigrations();
  return known.filter((migration) => migration.executedAt === undefined).length;
}

function migrator(db: Connection["db"]): Migrator {
  return new Migrator({ db, provider: { getMigrations: async () => migrations } });
}
