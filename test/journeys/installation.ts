import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Test } from "tap";
import { createOutbox, type OutboxItem } from "../../src/channels/messages.outbox.ts";
import { type Connection, connect } from "../../src/database/connect.pg.ts";
import { loadKeyring } from "../../src/keys/keyring.pg.ts";
import type { Keyring } from "../../src/keys/keyring.ts";
import { createSealer } from "../../src/keys/sealer.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { systemRandom } from "../../src/kit/random.ts";
import { Secret } from "../../src/kit/secret.ts";
import { createPasswordHasher } from "../../src/passwords/password-hasher.ts";
import { type Demonstration, seedDemonstration } from "../../src/tenants/demonstration.pg.ts";
import { request } from "./api-call.ts";
import { freshDatabase } from "./fresh-database.ts";
import { freshRedis } from "./fresh-redis.ts";
import type { Caller } from "./reset-steps.ts";
import { type ServiceProcess, startService } from "./service-process.ts";
import { until } from "./waiting.ts";

/** One PostgreSQL, one Redis and the demonstration in them, for as many processes as a test starts. */
export interface Installation {
  readonly demo: Demonstration;
  readonly connection: Connection;
  readonly keyring: Keyring;
  readonly masterKey: Secret<Buffer>;
  /** What every process is started with. */
  readonly env: Readonly<Record<string, string>>;
  start(role: "all" | "server" | "worker", env?: Readonly<Record<string, string>>): Promise<ServiceProcess>;
  /** Calls to this process; messages come to one outbox, whoever sends them. */
  through(service: ServiceProcess): Caller;
  outbox(): Promise<OutboxItem[]>;
  /** An access token of the demonstration's application, from this caller's process. */
  appToken(caller: Caller): Promise<string>;
  person(name: string): Demonstration["users"][number];
  /** Waits until every job is done. */
  settled(): Promise<void>;
}

/** @param more further variables, or others in place of the usual */
export async function createInstallation(t: Pick<Test, "teardown">, more: Readonly<Record<string, string>> = {}): Promise<Installation> {
  const dataDir = await mkdtemp(join(tmpdir(), "rekey-test-"));
  await chmod(dataDir, 0o711);
  const url = more.DATABASE_URL ?? (await freshDatabase(t));
  const masterKey = new Secret(randomBytes(32));
  const env = {
    DATABASE_URL: url,
    REDIS_URL: more.REDIS_URL ?? (await freshRedis(t)),
    DATA_DIR: dataDir,
    MASTER_KEY: masterKey.reveal().toString("base64"),
    // One name for all: tokens of one are good at the others.
    PUBLIC_URL: "http://127.0.0.1:8080",
    LIMITS_FACTOR: "1000",
    LOG_LEVEL: "warn",
    ...more,
  };
  const connection = connect({ url: new Secret(more.DATABASE_DIRECT_URL ?? url), max: 4 });
  t.teardown(async () => {
    await connection.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  const keyring = await loadKeyring({ db: connection.db, masterKeys: [masterKey], clock: systemClock, random: systemRandom });
  const demo = await seed(connection, keyring, env.PUBLIC_URL);
  const outbox = createOutbox(join(dataDir, "outbox"), systemClock);
  const undone = "select 1 from graphile_worker._private_jobs where attempts < max_attempts or locked_at is not null limit 1";
  return {
    demo,
    connection,
    keyring,
    masterKey,
    env,
    start: (role, own = {}) => startService(t, { ...env, ROLE: role, ...own }),
    through: ({ baseUrl }) => ({ call: (method, path, options) => request(baseUrl, method, path, options), outbox: outbox.list }),
    outbox: outbox.list,
    async appToken(caller) {
      const basic = Buffer.from(`${demo.app.clientId}:${demo.app.clientSecret}`).toString("base64");
      const headers = { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" };
      return (await caller.call("POST", "/oauth/token", { headers, body: "grant_type=client_credentials" })).json.access_token;
    },
    person(name) {
      const found = demo.users.find((user) => user.userPrincipalName.startsWith(name));
      if (found === undefined) throw new Error(`nobody is called ${name}`);
      return found;
    },
    settled: () => until(async () => (await connection.pool.query(undone)).rowCount === 0),
  };
}

async function seed({ db }: Connection, keyring: Keyring, baseUrl: string): Promise<Demonstration> {
  const hasher = createPasswordHasher({ random: systemRandom, concurrency: 2 });
  const from = { db, sealer: createSealer(keyring), hasher, random: systemRandom, now: systemClock.now(), baseUrl };
  const demo = await seedDemonstration({ ...from, keep: async () => undefined });
  if (demo === null) throw new Error("the database was not fresh");
  return demo;
}
