import { randomBytes } from "node:crypto";
import { Redis } from "ioredis";
import t, { type Test } from "tap";
import { startRedis } from "../../scripts/servers/redis.mjs";
import { createSentCodes } from "../../src/methods/sent-code.ts";
import { startMailServer } from "../journeys/mail-server.ts";
import { type StartedProduct, startProduct, until } from "../journeys/product.ts";
import { addressOf, challenge, type Reset, setPassword, signIn, startReset, verify } from "../journeys/reset-steps.ts";
import { userId } from "./another-person.ts";
import { count, password, provedReset } from "./proved-reset.ts";
import { startVictim, type Victim } from "./victim-process.ts";

/** Longer than a claim lasts. */
const LEASE_MS = 31_000;

interface Scene {
  readonly run: StartedProduct;
  readonly redis: Redis;
  readonly reset: Reset;
  readonly oldToken: string;
  /** Whoever holds the person's row, so that the transaction of the reset waits in the middle. */
  readonly holder: { release(): Promise<void> };
  readonly victim: Victim;
}

/** Brings a process to where it has claimed the reset and waits inside its transaction. */
async function claimedAndWaiting(t: Test): Promise<Scene> {
  const server = await startRedis();
  t.teardown(() => server.stop());
  const env = { REDIS_URL: server.url, MASTER_KEY: randomBytes(32).toString("base64") };
  const run = await startProduct(t, { env });
  const redis = new Redis(server.url);
  t.teardown(() => redis.disconnect());
  const { userPrincipalName, password: old } = run.person("henrik");
  const oldToken = (await signIn(run, userPrincipalName, old)).json.accessToken;
  const reset = await provedReset(run, "henrik");
  const client = await run.connection.pool.connect();
  await client.query("begin");
  await client.query("select 1 from users where id = $1 for update", [await userId(run, userPrincipalName)]);
  const victim = await startVictim(t, run, env);
  void fetch(`${victim.baseUrl}/v1/password-resets/${reset.id}/password`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${reset.token}` },
    body: JSON.stringify({ newPassword: password(1) }),
  }).catch(() => undefined);
  await until(async () => (await count(run, "pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")) === 1);
  const release = async () => {
    await client.query("rollback");
    client.release();
  };
  return { run, redis, reset, oldToken, holder: { release }, victim };
}

t.test("C12 FG18: killed between the claim and the commit: the old password holds, and the reset goes on after the lease", async (t) => {
  const { run, reset, oldToken, holder, victim } = await claimedAndWaiting(t);
  const person = run.person("henrik");
  await victim.kill();
  await holder.release();
  await until(async () => (await count(run, "pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")) === 0);
  t.equal((await signIn(run, person.userPrincipalName, person.password)).status, 200);
  t.equal((await signIn(run, person.userPrincipalName, password(1))).status, 401);
  t.equal((await run.call("GET", "/v1/me", { token: oldToken })).status, 200, "no session was ended");
  t.same([await count(run, "completed_resets"), await count(run, "audit_events where type = 'reset.complete'")], [0, 0]);

  t.equal(
    (await setPassword(run, reset, password(2))).json.code,
    "invalid-reset-token",
    "the claim of the dead process holds for its time",
  );
  // The dead process lived by the real time.
  run.clock.turn(Date.now() - run.clock.now() + LEASE_MS);
  t.equal((await setPassword(run, reset, password(2))).status, 204, "and no longer");
  t.equal((await signIn(run, person.userPrincipalName, password(2))).status, 200);
});

t.test("C12 FG18: killed between the commit and the answer: the new password holds, sessions end, and the reset is over", async (t) => {
  const { run, redis, reset, oldToken, holder, victim } = await claimedAndWaiting(t);
  const person = run.person("henrik");
  // From here on Redis answers nobody, so that the process cannot get beyond its commit.
  await redis.client("PAUSE", 60_000, "WRITE");
  await holder.release();
  await until(async () => (await count(run, "completed_resets")) === 1);
  await victim.kill();
  await redis.client("UNPAUSE");

  t.equal((await signIn(run, person.userPrincipalName, person.password)).status, 401);
  t.equal((await signIn(run, person.userPrincipalName, password(1))).status, 200);
  await until(async () => (await run.call("GET", "/v1/me", { token: oldToken })).status === 401);
  t.pass("a durable job ends the old sessions");
  await run.settled();
  t.equal((await run.outbox()).filter(({ text }) => text.includes("/l/")).length, 2, "every address is told, once");
  // The dead process lived by the real time.
  run.clock.turn(Date.now() - run.clock.now() + LEASE_MS);
  t.equal((await setPassword(run, reset, password(2))).json.code, "invalid-reset-token", "one reset sets one password");
  t.same([await count(run, "completed_resets"), await count(run, "audit_events where type = 'reset.complete'")], [1, 1]);
});

t.test("L03 FG19: killed while the notice of a reset is handed over: every address is told all the same", async (t) => {
  const [redis, mail] = [await startRedis(), await startMailServer(t)];
  t.teardown(() => redis.stop());
  const env = { REDIS_URL: redis.url, MASTER_KEY: randomBytes(32).toString("base64"), SMTP_URL: mail.url };
  const run = await startProduct(t, { env, worker: false });
  const person = run.person("henrik");
  const reset = await startReset(run, person.userPrincipalName);
  const { challengeId } = (await challenge(run, reset, "email")).json;
  // Nobody sends here, so the code is made as the sender would.
  const code = createSentCodes(run.keyring, 8).derive({ purpose: "reset", flowId: reset.id, challengeId });
  t.equal((await verify(run, reset, challengeId, code)).json.next, "password");
  t.equal((await setPassword(run, reset, password(1))).status, 204);

  mail.hold(true);
  const first = await startVictim(t, run, { ...env, ROLE: "worker" });
  await until(async () => mail.asked.includes(addressOf(person, "email")));
  await first.kill();
  mail.hold(false);
  await startVictim(t, run, { ...env, ROLE: "worker" });
  const told = await mail.mailTo(addressOf(person, "email"));
  t.match(told.mail.text, "/l/");
  await run.settled();
  t.equal(
    (await run.outbox()).filter(({ to }) => to === addressOf(person, "mobilePhone")).length,
    1,
    "who was told before is not told twice",
  );
});
