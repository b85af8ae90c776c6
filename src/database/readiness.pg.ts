import { shareRun } from "../kit/shared-run.ts";
import type { Connection } from "./connect.pg.ts";
import { pendingMigrations } from "./migrate.pg.ts";

/** Each rejects while the service cannot serve. Anybody may ask: callers at the same moment share one run. */
export interface DatabaseReadiness {
  database(): Promise<void>;
  migrations(): Promise<void>;
}

/**
 * That no migration is pending is asked until it is so, and then never again: it stays true for as long as this process runs, unless
 * an operator takes a migration back (`rekey migrate --down`), and then /readyz of a running process does not say so.
 */
export function createDatabaseReadiness(connection: Pick<Connection, "db" | "pool">): DatabaseReadiness {
  let migrated = false;
  return {
    database: shareRun(() => checkDatabase(connection)),
    migrations: shareRun(async () => {
      migrated ||= (await pendingMigrations(connection)) === 0;
      if (!migrated) throw new Error("migrations are pending");
    }),
  };
}

/** @throws when the database does not answer, or takes no changes, as one that has become a standby */
async function checkDatabase({ pool }: Pick<Connection, "pool">): Promise<void> {
  const { rows } = await pool.query<{ fixed: string }>("select current_setting('transaction_read_only') as fixed");
  if (rows[0]?.fixed !== "off") throw new Error("the database is read-only");
}
