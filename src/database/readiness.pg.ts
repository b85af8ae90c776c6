import type { Connection } from "./connect.pg.ts";
import { pendingMigrations } from "./migrate.pg.ts";

/** @throws when the database does not answer, or takes no changes, as one that has become a standby */
export async function checkDatabase({ pool }: Pick<Connection, "pool">): Promise<void> {
  const { rows } = await pool.query<{ fixed: string }>("select current_setting('transaction_read_only') as fixed");
  if (rows[0]?.fixed !== "off") throw new Error("the database is read-only");
}

/** @throws while the schema is behind this Rekey */
export async function checkMigrations(connection: Pick<Connection, "db">): Promise<void> {
  if ((await pendingMigrations(connection)) > 0) throw new Error("migrations are pending");
}
