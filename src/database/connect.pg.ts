import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { Secret } from "../kit/secret.ts";
import type { Database } from "./schema.ts";

export type Db = Kysely<Database>;

export interface Connection {
  readonly db: Db;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly url: Secret;
  readonly max?: number;
  readonly onError?: (error: Error) => void;
  /** Called once for each statement sent. Tests count with it. */
  readonly onQuery?: (sql: string) => void;
}

/** One bounded pool. Statements and lock waits end by themselves, so that a stuck server cannot hold every request. */
export function connect(options: ConnectOptions): Connection {
  const pool = new pg.Pool({
    connectionString: options.url.reveal(),
    max: options.max ?? 20,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 15_000,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 30_000,
    application_name: "rekey",
  });
  // A client that loses its server while idle emits here; without a listener it would take the process down.
  const report = (error: Error) => options.onError?.(error);
  pool.on("error", report);
  pool.on("connect", (client) => client.on("error", report));
  const { onQuery } = options;
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool }),
    ...(onQuery === undefined ? {} : { log: (event) => onQuery(event.query.sql) }),
  });
  return { db, pool, close: () => db.destroy() };
}
