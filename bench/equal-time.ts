// Does the time of a start or a wrong code tell whether a name exists? Interleaved pairs in random order on one connection, each name
// fresh (security.md §4). Prints the median difference with its 95 % interval, and the same for a planted difference of 0.2 ms, which
// must be found, or the run says nothing.
//
//   node --import=tsx bench/equal-time.ts [pairs]        default 2000
import { randomBytes, randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { startPostgres } from "../scripts/servers/postgres.mjs";
import { startRedis } from "../scripts/servers/redis.mjs";
import { compose } from "../src/compose.ts";
import { readConfig } from "../src/config.ts";
import { connect } from "../src/database/connect.pg.ts";
import { migrateUp } from "../src/database/migrate.pg.ts";
import { loadKeyring } from "../src/keys/keyring.pg.ts";
import { createSealer } from "../src/keys/sealer.ts";
import { systemClock } from "../src/kit/clock.ts";
import { systemRandom } from "../src/kit/random.ts";
import { Secret } from "../src/kit/secret.ts";
import { createPasswordHasher } from "../src/passwords/password-hasher.ts";
import { seedDemonstration } from "../src/tenants/demonstration.pg.ts";

const PAIRS = Number(process.argv[2] ?? 2000);
const PLANTED_MS = 0.2;

const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
const dataDir = mkdtempSync(join(tmpdir(), "rekey-bench-"));
try {
  await main();
} finally {
  await Promise.all([postgres.stop(), redis.stop()]);
  rmSync(dataDir, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const config = readConfig({
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    DATA_DIR: dataDir,
    MASTER_KEY: randomBytes(32).toString("base64"),
    LIMITS_FACTOR: "1000000",
    PORT: "0",
  });
  const connection = connect({ url: new Secret(postgres.url) });
  await migrateUp(connection);
  const keyring = await loadKeyring({ db: connection.db, masterKeys: config.masterKeys, clock: systemClock, random: systemRandom });
  const seed = {
    db: connection.db,
    sealer: createSealer(keyring),
    hasher: createPasswordHasher({ random: systemRandom, concurrency: 2 }),
    random: systemRandom,
  };
  await seedDemonstration({ ...seed, now: Date.now(), baseUrl: "", keep: async () => undefined });
  await connection.pool.query(
    `with added as (
       insert into users (id, tenant_id, user_principal_name, upn_key, created_at, updated_at)
       select gen_random_uuid(), (select tenant_id from tenant_domains limit 1), n, n, now(), now()
       from (select 'k' || lpad(i::text, 9, '0') || '@contoso.example' n from generate_series(1, $1::int) i) names returning id)
     insert into authentication_methods (id, user_id, type, sealed_value, value_tag, hint, source, verified_at, created_at)
     select gen_random_uuid(), added.id, m.type, m.sealed_value, m.value_tag, m.hint, 'user', now(), now()
     from added, authentication_methods m where m.user_id = (select id from users where upn_key like 'henrik%')`,
    [3 * PAIRS],
  );
  await connection.pool.query("analyze");
  const product = await compose({ config, connection, keyring, logger: pino({ level: "silent" }) });
  const origin = new URL(await product.server.listen({ host: "127.0.0.1", port: 0 }));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const call = async (path: string, body: object, token?: string) => timed(origin, agent, path, body, token);

  for (let i = 0; i < 300; i++) await call("/v1/password-resets", { userPrincipalName: `w${i}@contoso.example` });
  const start: Pair[] = [];
  const verify: Pair[] = [];
  for (let i = 1; i <= PAIRS; i++) {
    const number = String(i).padStart(9, "0");
    const times = { known: { start: 0, verify: 0 }, unknown: { start: 0, verify: 0 } };
    const order = randomInt(2) === 0 ? (["known", "unknown"] as const) : (["unknown", "known"] as const);
    for (const kind of order) {
      const started = await call("/v1/password-resets", { userPrincipalName: `${kind === "known" ? "k" : "u"}${number}@contoso.example` });
      const { id, token } = JSON.parse(started.text);
      const asked = await call(`/v1/password-resets/${id}/challenges`, { method: "email" }, token);
      const wrong = await call(
        `/v1/password-resets/${id}/challenges/${JSON.parse(asked.text).challengeId}/verify`,
        { code: "12345678" },
        token,
      );
      times[kind] = { start: started.ms, verify: wrong.ms };
    }
    start.push([times.known.start, times.unknown.start]);
    verify.push([times.known.verify, times.unknown.verify]);
  }
  agent.destroy();
  await product.server.close();
  await product.close();
  await connection.close();
  report("start, known - unknown", start);
  report("wrong code, known - unknown", verify);
  report(
    `control: start with ${PLANTED_MS} ms planted`,
    start.map(([known, unknown]) => [known + PLANTED_MS, unknown]),
  );
}

type Pair = [known: number, unknown: number];

function report(name: string, pairs: readonly Pair[]): void {
  const differences = pairs.map(([known, unknown]) => (known - unknown) * 1000);
  const middles = Array.from({ length: 1000 }, () =>
    median(Array.from(differences, () => differences[randomInt(differences.length)] ?? 0)),
  ).sort((a, b) => a - b);
  const interval = [middles[25], middles[975]].map((value) => (value ?? 0).toFixed(1)).join(" to ");
  const typical = median(pairs.map(([known]) => known)).toFixed(2);
  console.log(
    `${name}: median ${median(differences).toFixed(1)} µs, 95 % interval ${interval} µs, ${pairs.length} pairs, a call takes ${typical} ms`,
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function timed(origin: URL, agent: Agent, path: string, body: object, token?: string): Promise<{ ms: number; text: string }> {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const begin = performance.now();
    const outgoing = request(new URL(path, origin), { method: "POST", agent, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => resolve({ ms: performance.now() - begin, text: Buffer.concat(parts).toString() }));
    });
    outgoing.on("error", reject);
    outgoing.end(text);
  });
}
