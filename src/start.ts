import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import { compose } from "./compose.ts";
import type { Config } from "./config.ts";
import { type Connection, connect } from "./database/connect.pg.ts";
import { lockDataDir } from "./database/data-dir-lock.ts";
import { startEmbeddedPostgres } from "./database/embedded-server.ts";
import { migrateUp } from "./database/migrate.pg.ts";
import { replaceFile } from "./database/replace-file.ts";
import { createLogger } from "./http/logger.ts";
import type { Server } from "./http/server.ts";
import { followKeyring } from "./keys/follow-keyring.pg.ts";
import { loadKeyring, readKeyring } from "./keys/keyring.pg.ts";
import { createLiveKeyring, type Keyring } from "./keys/keyring.ts";
import { masterKeyIn } from "./keys/master-key.file.ts";
import { createSealer } from "./keys/sealer.ts";
import { systemClock } from "./kit/clock.ts";
import { systemRandom } from "./kit/random.ts";
import { Secret } from "./kit/secret.ts";
import { settledWithin } from "./kit/settled-within.ts";
import { endLeanStart } from "./lean-start.process.ts";
import { lowerHashingPriority } from "./passwords/hashing-priority.process.ts";
import { createPasswordHasher } from "./passwords/password-hasher.ts";
import { loadStrengthEstimator } from "./passwords/password-strength.ts";
import { seedDemonstration } from "./tenants/demonstration.pg.ts";

export interface Running {
  readonly baseUrl: string;
  readonly logger: Logger;
  /** Stops accepting, lets what runs finish, and puts everything away in the reverse order of the start. */
  stop(): Promise<void>;
}

/** A stop must be over in ten seconds (contract, section 7), whatever hangs: requests and jobs are finished side by side, the rest takes moments. */
const ANSWERS_MS = 5_000;
const STEPS_MS = 7_500;
const LAST_STEPS_MS = 250;

/** Steps to take back, last first; one that fails does not keep the others from being taken. */
type Undo = (() => Promise<void>)[];

/**
 * Starts the service as configured.
 * @param onFailure a part that nothing works without has ended by itself
 * @throws one clear sentence when it cannot; what was started by then is stopped again
 */
export async function start(config: Config, onFailure: () => void): Promise<Running> {
  const logger = createLogger(config.logLevel);
  const undo: Undo = [];
  const stop = async () => {
    const end = performance.now() + STEPS_MS;
    for (const step of undo.splice(0).reverse()) {
      const stopping = step().catch((error: unknown) => logger.error({ err: error }, "a part did not stop cleanly"));
      if (!(await settledWithin(Math.max(LAST_STEPS_MS, end - performance.now()), [stopping]))) logger.warn("a part did not stop in time");
    }
  };
  try {
    const connection = await openDatabase(config, logger, undo, onFailure);
    await migrateUp(connection);
    const masterKeys = config.masterKeys.length > 0 ? config.masterKeys : [await masterKeyIn(config.dataDir, systemRandom)];
    const keyring = await openKeyring(connection, masterKeys, logger, undo);
    if (config.databaseUrl === null) await demonstrate(config, connection, keyring);
    await serve(config, connection, keyring, logger, undo);
    return { baseUrl: config.publicUrl, logger, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openDatabase(config: Config, logger: Logger, undo: Undo, onFailure: () => void): Promise<Connection> {
  const url = config.databaseUrl ?? (await openEmbedded(config.dataDir, logger, undo, onFailure));
  const connection = connect({
    url,
    directUrl: config.databaseDirectUrl,
    max: config.databasePoolSize,
    onError: (error) => logger.warn({ err: error }, "a database connection was lost"),
  });
  undo.push(() => connection.close());
  return connection;
}

async function openEmbedded(dataDir: string, log: Logger, undo: Undo, onFailure: () => void): Promise<Secret> {
  const lock = await lockDataDir(dataDir);
  undo.push(() => lock.release());
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log,
    onExit: () => {
      log.fatal("the embedded database ended by itself; see postgres.log in DATA_DIR");
      onFailure();
    },
  });
  undo.push(() => postgres.stop());
  return new Secret(postgres.url);
}

/** The keyring, read again whenever it is rotated. */
async function openKeyring({ db, direct }: Connection, masterKeys: readonly Secret<Buffer>[], log: Logger, undo: Undo): Promise<Keyring> {
  const source = { db, masterKeys, clock: systemClock };
  const keyring = createLiveKeyring(await loadKeyring({ ...source, random: systemRandom }));
  undo.push(await followKeyring({ session: direct.session, keyring, read: () => readKeyring(source), log }));
  return keyring;
}

async function serve(config: Config, connection: Connection, keyring: Keyring, logger: Logger, undo: Undo): Promise<void> {
  await lowerHashingPriority();
  const product = await compose({ config, connection, keyring, logger });
  undo.push(() => product.close());
  await product.presence.start();
  undo.push(() => product.presence.stop());
  if (config.role !== "server") {
    await product.worker.start();
    undo.push(() => product.worker.stop());
  }
  const door = config.role === "worker" ? await product.probes() : product.server;
  await listen(door, config, logger);
  undo.push(async () => {
    // No new job while the last requests are answered; the steps that they recorded are moved after them.
    if (config.role !== "server") void product.worker.finishJobs();
    await closeDoor(door);
  });
  // The dictionaries take a fifth of a second: now, not while the first person waits.
  setImmediate(() => {
    if (config.role !== "worker") loadStrengthEstimator();
    endLeanStart();
  });
}

/** A worker whose port is taken, by a server on the same machine perhaps, has work to do all the same. */
async function listen(door: Server, { host, port, role }: Config, logger: Logger): Promise<void> {
  await door.listen({ host, port }).catch((error: NodeJS.ErrnoException) => {
    if (role !== "worker" || error.code !== "EADDRINUSE") throw error;
    logger.warn({ port }, "PORT is taken: this worker answers no /readyz; give it a PORT of its own");
  });
}

/** Answers what was asked already, for some seconds; a client that is slower than that is cut off. */
async function closeDoor(door: Server): Promise<void> {
  const closing = door.close();
  if (!(await settledWithin(ANSWERS_MS, [closing]))) door.server.closeAllConnections();
  await closing;
}

/** The demonstration tenant, on the first start. */
async function demonstrate(config: Config, { db }: Connection, keyring: Keyring): Promise<void> {
  const baseUrl = config.publicUrl;
  const file = join(config.dataDir, "demo.json");
  const seeded = await seedDemonstration({
    db,
    sealer: createSealer(keyring),
    hasher: createPasswordHasher({ random: systemRandom, concurrency: 2 }),
    random: systemRandom,
    now: systemClock.now(),
    baseUrl,
    keep: (demonstration) => replaceFile(file, `${JSON.stringify(demonstration, null, 2)}\n`, 0o600),
  });
  if (seeded !== null) return;
  // A later start may listen elsewhere: the file says where.
  const kept = await readFile(file, "utf8").catch(() => null);
  if (kept === null) return;
  const demonstration = JSON.parse(kept) as { baseUrl: string };
  if (demonstration.baseUrl !== baseUrl) await replaceFile(file, `${JSON.stringify({ ...demonstration, baseUrl }, null, 2)}\n`, 0o600);
}
