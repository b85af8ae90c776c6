import { realpath } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "../database/connect.pg.ts";
import { DataDirInUse, lockDataDir } from "../database/data-dir-lock.ts";
import { clusterOwner, findHome } from "../database/embedded-home.ts";
import { connectEmbedded, startEmbeddedPostgres } from "../database/embedded-server.ts";
import { Secret } from "../kit/secret.ts";
import { NOBODY } from "../users/nobody.ts";
import { Refused } from "./failure.ts";
import { note, warn } from "./output.process.ts";

/** A service that is starting holds the lock before its database is ready: twenty seconds at most, for a first start on a slow disk. */
const TRIES = 80;
const PAUSE_MS = 250;
/** PostgreSQL's words for: no such role, database, table, cannot connect now; and those of a socket that is not there. */
const NOT_YET = ["28000", "3D000", "42P01", "57P03", "ENOENT", "ECONNREFUSED"];

/** The embedded database for as long as a command needs it. */
export interface OpenedDatabase {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * The embedded database of a DATA_DIR: that of the service that runs on it, else started here, under the same lock, and stopped by
 * `close()`. The lock comes first: a database without a service is an orphan, which the next start stops.
 * @throws Refused when there is none and the command makes none, DataDirInUse when its holder's database does not come up
 */
export async function openEmbedded(dataDir: string, { create }: { create: boolean }): Promise<OpenedDatabase> {
  if (!create && !(await exists(dataDir)))
    throw new Refused(
      `There is no database in DATA_DIR ${dataDir} yet: \`rekey tenants create\` makes one, or set DATABASE_URL to the one you mean.`,
    );
  for (let tries = 1; ; tries++) {
    const lock = await lockDataDir(dataDir).catch((error: unknown) => {
      if (error instanceof DataDirInUse && tries < TRIES) return null;
      throw error;
    });
    if (lock !== null) return startOwn(dataDir, lock);
    const url = await connectEmbedded(dataDir);
    if (url !== null && (await isSettled(url))) return { url, close: async () => undefined };
    await pause(PAUSE_MS);
  }
}

async function exists(dataDir: string): Promise<boolean> {
  const folder = await realpath(dataDir).catch(() => null);
  return folder !== null && (await clusterOwner(await findHome(folder))) !== undefined;
}

/**
 * Not while it comes up, nor before a first start has made role, tables and the demonstration's tenant: a tenant that came in between
 * would be taken for one that has been there, and the demonstration would never be made.
 */
async function isSettled(url: string): Promise<boolean> {
  const connection = connect({ url: new Secret(url), max: 1 });
  try {
    const tenant = await connection.db.selectFrom("tenants").select("id").where("id", "!=", NOBODY).limit(1).executeTakeFirst();
    return tenant !== undefined;
  } catch (error) {
    if (NOT_YET.includes((error as { code?: string }).code ?? "")) return false;
    throw error;
  } finally {
    await connection.close();
  }
}

async function startOwn(dataDir: string, lock: { release(): Promise<void> }): Promise<OpenedDatabase> {
  const log = { info: (_: object, message: string) => note(message), warn: (_: object, message: string) => warn(message) };
  const starting = startEmbeddedPostgres({ dataDir, log });
  let closed: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    closed ??= starting.then((server) => server.stop()).finally(() => lock.release());
    return closed;
  };
  const ignoreSignals = stopOnSignals(stop);
  const close = () => stop().finally(ignoreSignals);
  try {
    return { url: (await starting).url, close };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

/** Ctrl-C must not leave the server behind, nor one that is only starting; a second one, as npm sends it, must not cut the stop short. */
function stopOnSignals(stop: () => Promise<void>): () => void {
  const exit = (code: number) => () =>
    void stop()
      .catch(() => undefined)
      .finally(() => process.exit(code));
  const [onInterrupt, onTerminate] = [exit(130), exit(143)];
  process.on("SIGINT", onInterrupt).on("SIGTERM", onTerminate);
  return () => process.off("SIGINT", onInterrupt).off("SIGTERM", onTerminate);
}
