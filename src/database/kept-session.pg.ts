import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { createTurns } from "../kit/turns.ts";

/**
 * One connection that is always there, past any pooler, for what lives as long as a session: notices (LISTEN) and locks. When it is lost
 * it comes back by itself and takes up everything again.
 */
export interface KeptSession {
  /** @param notice also called when the connection was lost and is back: a notice may have been missed. Resolves once it listens */
  listen(channel: string, notice: () => void): Promise<void>;
  /**
   * Holds a lock by which others see that we are alive. Shared, so that a connection of ours that the server has not given up yet is not in
   * the way of the next. Resolves once it is held, with the way to let it go.
   */
  hold(lock: string): Promise<() => Promise<void>>;
  /** Called when the connection was lost and is back. Answers how to end that. */
  onReturn(call: () => void): () => void;
  close(): Promise<void>;
}

/** SQL over a column `name`: true when nobody holds the lock of that name. Nobody can take it then until the statement's transaction ends. */
export const NOBODY_HOLDS = "pg_try_advisory_xact_lock(hashtextextended(name, 0))";

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
const HEARTBEAT_MS = 2_000;
/** The server lets go of a peer that vanished after 25 seconds, not after the two hours that systems wait by default. */
const KEEP_ALIVE = "set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3";

/** @param open a new client, not connected yet */
export function createKeptSession({ open, onError }: { open: () => pg.Client; onError: (error: Error) => void }): KeptSession {
  const channels = new Map<string, Set<() => void>>();
  const locks = new Set<string>();
  const returned = new Set<() => void>();
  const closing = new AbortController();
  const inTurn = createTurns(1);
  let client: pg.Client | null = null;

  const takeUp = async (candidate: pg.Client): Promise<void> => {
    await candidate.query(KEEP_ALIVE);
    for (const channel of channels.keys()) await candidate.query(`listen ${candidate.escapeIdentifier(channel)}`);
    for (const lock of locks) await takeLock(candidate, lock);
  };

  /** Tries until it works. Only ever one at a time: `inTurn`. */
  const connected = async (): Promise<pg.Client> => {
    for (let pause = FIRST_PAUSE_MS; client === null; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      closing.signal.throwIfAborted();
      const candidate = open();
      // Without a listener an error would take the process down.
      candidate.on("error", onError);
      candidate.on("notification", ({ channel }) => callAll(channels.get(channel)));
      candidate.once("end", () => lost(candidate));
      try {
        await candidate.connect();
        await takeUp(candidate);
        closing.signal.throwIfAborted();
        client = candidate;
      } catch (error) {
        if (!closing.signal.aborted) onError(error instanceof Error ? error : new Error(String(error)));
        void candidate.end().catch(() => undefined);
        await sleep(pause, undefined, { signal: closing.signal, ref: true }).catch(() => undefined);
      }
    }
    return client;
  };

  const lost = (candidate: pg.Client): void => {
    if (client !== candidate) return;
    client = null;
    if (closing.signal.aborted) return;
    const back = () => {
      callAll(returned);
      for (const notices of channels.values()) callAll(notices);
    };
    inTurn(connected).then(back, () => undefined);
  };

  /** On the connection as it is, or on the next one, which takes up everything that is wanted. */
  const apply = (work: (current: pg.Client) => Promise<unknown>): Promise<void> =>
    inTurn(async () => {
      const current = client;
      if (current === null) return void (await connected());
      await work(current).catch(async () => {
        await current.end().catch(() => undefined);
        lost(current);
        await connected();
      });
    });

  const heartbeat = setInterval(() => {
    if (client !== null) apply((current) => current.query("select 1")).catch(() => undefined);
  }, HEARTBEAT_MS).unref();

  return {
    async listen(channel, notice) {
      const notices = channels.get(channel) ?? new Set();
      channels.set(channel, notices.add(notice));
      await apply((current) => current.query(`listen ${current.escapeIdentifier(channel)}`));
    },
    async hold(lock) {
      if (locks.has(lock)) throw new Error(`the lock ${lock} is held already`);
      locks.add(lock);
      await apply((current) => takeLock(current, lock));
      return async () => {
        // A lock that is no longer wanted is not taken up again; if the connection is away, it is let go already.
        if (locks.delete(lock) && client !== null) await apply((current) => letGo(current, lock));
      };
    },
    onReturn(call) {
      returned.add(call);
      return () => void returned.delete(call);
    },
    async close() {
      clearInterval(heartbeat);
      closing.abort();
      const current = client;
      client = null;
      await current?.end().catch(() => undefined);
    },
  };
}

function callAll(calls: Iterable<() => void> = []): void {
  for (const call of calls) call();
}

function takeLock(client: pg.Client, lock: string): Promise<unknown> {
  return client.query("select pg_advisory_lock_shared(hashtextextended($1, 0))", [lock]);
}

function letGo(client: pg.Client, lock: string): Promise<unknown> {
  return client.query("select pg_advisory_unlock_shared(hashtextextended($1, 0))", [lock]);
}
