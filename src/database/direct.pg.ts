import pg from "pg";
import type { Secret } from "../kit/secret.ts";
import { createKeptSession, type KeptSession } from "./kept-session.pg.ts";
import { EVERY_CONNECTION, endWhenSilent, LOCK_MS, SESSION_LIMITS } from "./limits.pg.ts";

/** For the queue: it listens on one, and its statements take milliseconds. */
const QUEUE_CONNECTIONS = 4;
const SESSION_ANSWER_MS = 3_000;

/** PostgreSQL past any pooler, for what needs a session of its own. None of it is connected before it is used. */
export interface DirectConnections {
  /** For the queue: a few connections. */
  readonly pool: pg.Pool;
  readonly session: KeptSession;
  /** For migrations: statements take as long as they need, but none waits long for a lock and holds up everybody behind it. The caller ends it. */
  unlimited(): pg.Pool;
  close(): Promise<void>;
}

export function connectDirectly(url: Secret, onError: (error: Error) => void): DirectConnections {
  const connectionString = url.reveal();
  const pool = watched(
    new pg.Pool({
      ...EVERY_CONNECTION,
      ...SESSION_LIMITS,
      connectionString,
      max: QUEUE_CONNECTIONS,
      idleTimeoutMillis: 30_000,
      application_name: "rekey queue",
    }),
    onError,
  );
  const open = () =>
    new pg.Client({
      ...EVERY_CONNECTION,
      ...SESSION_LIMITS,
      connectionString,
      query_timeout: SESSION_ANSWER_MS,
      application_name: "rekey session",
    });
  const session = createKeptSession({ open, onError });
  return {
    pool,
    session,
    unlimited() {
      const { query_timeout: _, ...connection } = EVERY_CONNECTION;
      return watched(
        new pg.Pool({ ...connection, connectionString, max: 2, lock_timeout: LOCK_MS, application_name: "rekey migrate" }),
        onError,
      );
    },
    async close() {
      await Promise.all([session.close(), pool.end()]);
    },
  };
}

/** A client that loses its server emits an error, idle or not; without a listener it would take the process down. */
export function watched(pool: pg.Pool, onError: (error: Error) => void): pg.Pool {
  pool.on("error", onError);
  pool.on("connect", (client) => {
    client.on("error", onError);
    endWhenSilent(client);
  });
  return pool;
}
