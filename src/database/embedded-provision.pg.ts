import pg from "pg";
import { APP_ROLE } from "./embedded-cluster.ts";

/** invalid_authorization_specification (no such role), invalid_catalog_name (no such database). */
const MISSING = new Set(["28000", "3D000"]);

/**
 * Creates the application's role, which is no superuser, and its database where they are missing. Asked at every start, since a start
 * may be killed between the one and the other.
 */
export async function ensureDatabase(appUrl: string, superuserUrl: string): Promise<void> {
  try {
    await inSession(appUrl, async () => undefined);
  } catch (error) {
    if (!MISSING.has((error as pg.DatabaseError).code ?? "")) throw error;
    await inSession(superuserUrl, create);
  }
}

async function create(client: pg.Client): Promise<void> {
  const role = await client.query("select 1 from pg_roles where rolname = $1", [APP_ROLE]);
  if (role.rowCount === 0) await client.query(`create role ${APP_ROLE} login`);
  const database = await client.query("select 1 from pg_database where datname = $1", [APP_ROLE]);
  if (database.rowCount === 0) await client.query(`create database ${APP_ROLE} owner ${APP_ROLE}`);
}

async function inSession(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined); // a broken connection rejects the query that runs; without a listener it ends the process
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
