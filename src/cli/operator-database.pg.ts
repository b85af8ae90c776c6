import { migrations } from "../../migrations/index.ts";
import type { DatabaseConfig } from "../config.ts";
import { type Connection, type ConnectOptions, connect } from "../database/connect.pg.ts";
import { migrateUp, pendingMigrations } from "../database/migrate.pg.ts";
import { Secret } from "../kit/secret.ts";
import { Refused, reasonOf } from "./failure.ts";
import { openEmbedded } from "./operator-embedded.pg.ts";
import { note } from "./output.process.ts";

export interface OperatorDatabase {
  /** Make the embedded database where there is none. */
  readonly create: boolean;
  /** `current`: with the schema of this Rekey. `as-is`: as it stands, over DATABASE_DIRECT_URL: for migrations themselves. */
  readonly schema: "current" | "as-is";
}

/**
 * Does an operator's work on the database: DATABASE_URL, or the embedded one in DATA_DIR whether or not a service runs on it.
 * Whoever may do this may do everything, so nothing is asked.
 * @throws Refused when the database cannot be used
 */
export async function withDatabase<T>(
  config: DatabaseConfig,
  { create, schema }: OperatorDatabase,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const { databaseUrl: url, databaseDirectUrl: directUrl } = config;
  if (url === null) {
    const embedded = await openEmbedded(config.dataDir, { create });
    try {
      return await connected({ url: new Secret(embedded.url) }, async (connection) => {
        // A desk's database follows the program without a word, as it does when the service starts.
        if (schema === "current" && (await pendingMigrations(connection)) > 0) await migrateUp(connection);
        return work(connection);
      });
    } finally {
      await embedded.close();
    }
  }
  if (schema === "as-is") return connected({ url: directUrl ?? url }, work);
  return connected({ url, directUrl }, async (connection) => {
    await begin(connection);
    return work(connection);
  });
}

/** An empty database is made ready. One in use is not: when its service is upgraded is a decision of its own. */
async function begin(connection: Connection): Promise<void> {
  const pending = await pendingMigrations(connection);
  if (pending === 0) return;
  if (pending < Object.keys(migrations).length)
    throw new Refused(
      `The database is ${pending} ${pending === 1 ? "migration" : "migrations"} behind this Rekey: run \`rekey migrate\` first.`,
    );
  await migrateUp(connection);
  note("The database was empty: its tables are made.");
}

async function connected<T>(
  addresses: Pick<ConnectOptions, "url" | "directUrl">,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = connect({ ...addresses, max: 2 });
  try {
    // Whatever is wrong with the address or the account shows here, and not as a failure of the work.
    await connection.pool.query("select 1").catch((error: unknown) => {
      throw new Refused(`The database cannot be used: ${reasonOf(error)}.`, { cause: error });
    });
    return await work(connection);
  } finally {
    await connection.close();
  }
}
