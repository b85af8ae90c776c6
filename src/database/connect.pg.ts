import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { Secret } from "../kit/secret.ts";
import { connectDirectly, type DirectConnections, watched } from "./direct.pg.ts";
import { LentSessionDialect } from "./lent-session.pg.ts";
import { EVERY_CONNECTION, SESSION_LIMITS } from "./limits.pg.ts";
import { prepareMarked } from "./prepared.pg.ts";
import type { Database } from "./schema.ts";

export type Db = Kysely<Database>;

export interface Connection {
  readonly db: Db;
  readonly pool: pg.Pool;
  readonly direct: DirectConnections;
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly url: Secret;
  /** PostgreSQL itself, where `url` leads to a pooler that lends sessions for a transaction. Absent, `null` or the same: no pooler is between. */
  readonly directUrl?: Secret | null;
  /** Connections at most. */
  readonly max?: number;
  readonly onError?: (error: Error) => void;
  /** Called once for each statement sent. Tests count with it. */
  readonly onQuery?: (sql: string) => void;
}

/**
 * One bounded pool, and the few connections that go past a pooler. Statements and lock waits end by themselves, so that a stuck server
 * cannot hold every request. Statements marked as `PREPARED` are planned once for each connection, save behind a pooler, where the next one
 * would run in another session.
 */
export function connect({ url, directUrl, max = 20, onError = () => undefined, onQuery }: ConnectOptions): Connection {
  const pooled = directUrl !== undefined && directUrl !== null && directUrl.reveal() !== url.reveal();
  let closing = false;
  // The pool says that it has ended before its connections have: how those end is no news.
  const tell = (error: Error) => (closing ? undefined : onError(error));
  const pool = watched(
    new pg.Pool({
      ...EVERY_CONNECTION,
      ...(pooled ? {} : SESSION_LIMITS),
      connectionString: url.reveal(),
      max,
      idleTimeoutMillis: 30_000,
      application_name: "rekey",
    }),
    tell,
  );
  if (!pooled) pool.on("connect", prepareMarked);
  const direct = connectDirectly(pooled ? directUrl : url, tell);
  const Dialect = pooled ? LentSessionDialect : PostgresDialect;
  const db = new Kysely<Database>({
    dialect: new Dialect({ pool }),
    ...(onQuery === undefined ? {} : { log: (event) => onQuery(event.query.sql) }),
  });
  const close = async (): Promise<void> => {
    closing = true;
    await Promise.all([direct.close(), db.destroy()]);
    // Kysely does not end a pool that it never used.
    if (!pool.ending) await pool.end();
  };
  return { db, pool, direct, close };
}
