import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Test } from "tap";
import { createOutbox, type OutboxItem } from "../../src/channels/messages.outbox.ts";
import { compose, type Product } from "../../src/compose.ts";
import { type Config, readConfig } from "../../src/config.ts";
import { type Connection, connect } from "../../src/database/connect.pg.ts";
import { createLogger } from "../../src/http/logger.ts";
import { loadKeyring } from "../../src/keys/keyring.pg.ts";
import type { Keyring } from "../../src/keys/keyring.ts";
import { createSealer } from "../../src/keys/sealer.ts";
import { systemRandom } from "../../src/kit/random.ts";
import { Secret } from "../../src/kit/secret.ts";
import { createPasswordHasher } from "../../src/passwords/password-hasher.ts";
import { type Demonstration, seedDemonstration } from "../../src/tenants/demonstration.pg.ts";
import { type InstallationKind, redisInstallation } from "../builders/redis-installation.ts";
import { type Answer, type CallOptions, request } from "./api-call.ts";
import { freshDatabase } from "./fresh-database.ts";
import { freshRedis } from "./fresh-redis.ts";
import { ManualClock } from "./manual-clock.ts";
import { freePort, until } from "./waiting.ts";

export { type Answer, type CallOptions, freePort, freshRedis, until };

/** Where running resets and counters are kept: in process, in one Redis, or in several that stand in for one. */
export type StateKind = "memory" | "redis" | InstallationKind;

export interface ProductOptions {
  /** The state store. Default: in process. */
  readonly state?: StateKind;
  /** Further environment variables. Limits are wide unless `LIMITS_FACTOR` is given: most tests are not about them. */
  readonly env?: Readonly<Record<string, string>>;
  /** False: nothing runs beside the calls: nothing is sent, no step is moved, no sign of life is given. Default: true. */
  readonly worker?: boolean;
  /** Called for each SQL statement. */
  readonly onQuery?: (sql: string) => void;
  /** Milliseconds after which a running import is answered. Default: that of the product. */
  readonly importPatienceMs?: number;
}

export interface StartedProduct {
  readonly product: Product;
  readonly config: Config;
  readonly baseUrl: string;
  readonly clock: ManualClock;
  readonly connection: Connection;
  readonly keyring: Keyring;
  readonly demo: Demonstration;
  /** Everything that was logged, one JSON line each, at the level `trace`. */
  readonly logs: readonly string[];
  /** What was sent, newest first. */
  outbox(): Promise<OutboxItem[]>;
  /** Waits until every job in the queue is done and every recorded step is in the audit log. */
  settled(): Promise<void>;
  /** A person of the demonstration by the local part's beginning: `person("henrik")`. */
  person(name: string): Demonstration["users"][number];
  /** Calls the API over HTTP. Answers status, headers, and the body as JSON where it is. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** An access token of the demonstration's application. */
  appToken(): Promise<string>;
}

/** The real product on a database of its own, served on loopback, with a clock that is turned by hand. */
export async function startProduct(t: Test, options: ProductOptions = {}): Promise<StartedProduct> {
  // Not `t.testdir()`, which is removed before the product has stopped writing into it.
  const dataDir = await mkdtemp(join(tmpdir(), "rekey-test-"));
  await chmod(dataDir, 0o711);
  const port = await freePort();
  const config = readConfig({
    DATABASE_URL: await freshDatabase(t),
    ...(options.state === undefined || options.state === "memory" ? {} : { REDIS_URL: await freshState(t, options.state) }),
    DATA_DIR: dataDir,
    MASTER_KEY: randomBytes(32).toString("base64"),
    PORT: String(port),
    LIMITS_FACTOR: "1000",
    NODE_ENV: "test",
    ...options.env,
  });
  const clock = new ManualClock();
  const logs: string[] = [];
  const logger = createLogger("trace", { write: (line: string) => void logs.push(line) });
  const connection = connect({
    url: config.databaseUrl ?? new Secret(""),
    directUrl: config.databaseDirectUrl,
    max: 12,
    ...(options.onQuery === undefined ? {} : { onQuery: options.onQuery }),
  });
  const keyring = await loadKeyring({ db: connection.db, masterKeys: config.masterKeys, clock, random: systemRandom });
  const hasher = createPasswordHasher({ random: systemRandom, concurrency: 2 });
  const seed = {
    db: connection.db,
    sealer: createSealer(keyring),
    hasher,
    random: systemRandom,
    now: clock.now(),
    baseUrl: config.publicUrl,
  };
  const demo = await seedDemonstration({ ...seed, keep: async () => undefined });
  if (demo === null) throw new Error("the database was not fresh");
  const product = await compose({
    config,
    connection,
    keyring,
    logger,
    clock,
    ...(options.importPatienceMs === undefined ? {} : { importPatienceMs: options.importPatienceMs }),
  });
  const beside = options.worker === false ? [] : [product.presence, product.worker];
  for (const part of beside) await part.start();
  await product.server.listen({ host: "127.0.0.1", port });
  t.teardown(async () => {
    await product.server.close();
    for (const part of beside.toReversed()) await part.stop();
    await product.close();
    await connection.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  // Where it listens, also when it is known to people under another name.
  return started({ product, config, connection, keyring, demo, clock, logs, baseUrl: `http://127.0.0.1:${port}` });
}

function started(
  parts: Pick<StartedProduct, "product" | "config" | "baseUrl" | "connection" | "keyring" | "demo" | "clock" | "logs">,
): StartedProduct {
  const { baseUrl, config, connection, demo, clock } = parts;
  const outbox = createOutbox(join(config.dataDir, "outbox"), clock);
  const call: StartedProduct["call"] = (method, path, options) => request(baseUrl, method, path, options);
  return {
    ...parts,
    call,
    outbox: () => outbox.list(),
    async settled() {
      await until(
        async () =>
          (await connection.pool.query("select 1 from graphile_worker._private_jobs where attempts < max_attempts limit 1")).rowCount === 0,
      );
    },
    person(name) {
      const found = demo.users.find((user) => user.userPrincipalName.startsWith(name));
      if (found === undefined) throw new Error(`nobody is called ${name}`);
      return found;
    },
    async appToken() {
      const basic = Buffer.from(`${demo.app.clientId}:${demo.app.clientSecret}`).toString("base64");
      const answer = await fetch(`${baseUrl}/oauth/token`, {
        method: "POST",
        headers: { authorization: `Basic ${basic}` },
        body: new URLSearchParams({ grant_type: "client_credentials" }),
      });
      return ((await answer.json()) as { access_token: string }).access_token;
    },
  };
}

/** An empty state store for REDIS_URL. */
export async function freshState(t: Test, kind: "redis" | InstallationKind): Promise<string> {
  return kind === "redis" ? freshRedis(t) : (await redisInstallation(t, kind)).url;
}
