import type pg from "pg";

/** How long anything in the database may take, in milliseconds. */
export const STATEMENT_MS = 15_000;
export const LOCK_MS = 5_000;
export const IDLE_IN_TRANSACTION_MS = 30_000;
/** Longer than the server's own limit, which answers with words. This one is for a server, or a way to it, that has fallen silent. */
export const ANSWER_MS = 18_000;
/** For a new connection, and for one of the pool to become free. */
export const CONNECT_MS = 5_000;

/** The limits as PostgreSQL takes them at the start of a session. A pooler that lends sessions out refuses them there. */
export const SESSION_LIMITS = {
  statement_timeout: STATEMENT_MS,
  lock_timeout: LOCK_MS,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
};

/** The same limits for one transaction, whoever's session it borrows. */
export const TRANSACTION_LIMITS = Object.entries(SESSION_LIMITS)
  .map(([name, value]) => `set local ${name} = ${value}`)
  .join("; ");

/** What every connection has. Keep-alives find a peer that vanished without a word. */
export const EVERY_CONNECTION = {
  connectionTimeoutMillis: CONNECT_MS,
  query_timeout: ANSWER_MS,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
};

/**
 * Ends a connection whose answer did not come in time: the driver would give it back to the pool, and the next statement would wait
 * behind the one that never ends. What that statement did is unknown, as after any lost connection.
 */
export function endWhenSilent(client: pg.ClientBase): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const watched = (...args: unknown[]): unknown => {
    const result = query(...args);
    if (result instanceof Promise)
      result.catch((error: unknown) => {
        if (error instanceof Error && error.message === "Query read timeout") void (client as pg.Client).end().catch(() => undefined);
      });
    return result;
  };
  client.query = watched as typeof client.query;
}
