import t from "tap";
import { startRedis } from "../../scripts/servers/redis.mjs";
import { type Answer, startProduct, until } from "../journeys/product.ts";
import { signIn, verify } from "../journeys/reset-steps.ts";
import { callsThatNeedState, pendingReset, readiness, unavailable, untilServing } from "./without-redis.ts";

t.test("C13 D11: without Redis no gate opens and nothing goes uncounted; when it is back all is well without a restart", async (t) => {
  let redis = await startRedis();
  t.teardown(() => redis.stop());
  const run = await startProduct(t, { env: { REDIS_URL: redis.url } });
  const { userPrincipalName, password } = run.person("henrik");
  const { accessToken } = (await signIn(run, userPrincipalName, password)).json;
  const pending = await pendingReset(run, "henrik");
  t.same(await readiness(run), { status: 200, state: true });

  await redis.stop();
  const calls = callsThatNeedState(run, pending, accessToken);
  for (const [name, call] of Object.entries(calls)) unavailable(t, await call(), name);
  for (const answer of await Promise.all(Object.values(calls).map((call) => call()))) unavailable(t, answer, "all at once");
  const ready = await run.call("GET", "/readyz");
  t.match(ready.json, { ready: false, checks: { state: false, database: true } });
  t.equal(ready.status, 503);
  t.ok(Number(ready.headers.get("retry-after")) >= 1);
  t.equal((await run.call("GET", "/healthz")).status, 200, "it lives: a restart would not help");

  redis = await startRedis({ port: redis.port });
  await untilServing(t, run);
  const { status, json } = (await calls["right code"]?.()) ?? ({} as Answer);
  t.same({ status, code: json.code }, { status: 401, code: "invalid-reset-token" }, "what Redis lost is over, and opens nothing");
  t.equal((await run.call("GET", "/v1/me", { token: accessToken })).status, 401, "so are sessions");
  const again = (await signIn(run, userPrincipalName, password)).json;
  t.equal((await run.call("GET", "/v1/me", { token: again.accessToken })).status, 200, "a version that Redis lost is read from PostgreSQL");
});

t.test("a service that starts while Redis is away serves as soon as it is there", async (t) => {
  const first = await startRedis();
  await first.stop();
  const run = await startProduct(t, { env: { REDIS_URL: first.url } });
  t.same(await readiness(run), { status: 503, state: false });
  const redis = await startRedis({ port: first.port });
  t.teardown(() => redis.stop());
  await untilServing(t, run);
});

t.test("a Redis that hangs is given up on; a code that was on its way passes once at most", async (t) => {
  const redis = await startRedis();
  t.teardown(async () => {
    process.kill(redis.pid, "SIGCONT");
    await redis.stop();
  });
  const run = await startProduct(t, { env: { REDIS_URL: redis.url } });
  const { reset, challengeId, code } = await pendingReset(run, "henrik");
  process.kill(redis.pid, "SIGSTOP");
  const [answer, ready] = await Promise.all([verify(run, reset, challengeId, code), readiness(run)]);
  unavailable(t, answer, "right code");
  t.same(ready, { status: 503, state: false });

  process.kill(redis.pid, "SIGCONT");
  await untilServing(t, run);
  // The call lay in the server's buffer, so that it was carried out when nobody waited for its answer any more.
  const again = await Promise.all(Array.from({ length: 8 }, () => verify(run, reset, challengeId, code)));
  t.ok(again.filter(({ status }) => status === 200).length <= 1);
  t.equal((await run.call("GET", `/v1/password-resets/${reset.id}`, { token: reset.token })).json.next, "password");
  const passed = async () =>
    run.connection.pool.query("select 1 from audit_events where flow_id = $1 and type = 'reset.proof' and outcome = 'success'", [reset.id]);
  await until(async () => (await passed()).rowCount !== 0);
  t.equal((await passed()).rowCount, 1);
});

t.test("a Redis that is full refuses to serve, and counts nothing away", async (t) => {
  const redis = await startRedis({ args: ["--maxmemory", "64mb", "--maxmemory-policy", "noeviction"] });
  t.teardown(() => redis.stop());
  const run = await startProduct(t, { env: { REDIS_URL: redis.url } });
  const { reset, challengeId, code } = await pendingReset(run, "henrik");
  const { Redis } = await import("ioredis");
  const operator = new Redis(redis.url);
  t.teardown(() => operator.disconnect());
  await operator.config("SET", "maxmemory", "1");
  unavailable(t, await verify(run, reset, challengeId, code), "right code");
  t.same(await readiness(run), { status: 503, state: false });
  await operator.config("SET", "maxmemory", "0");
  t.equal((await verify(run, reset, challengeId, code)).status, 200, "the flow was kept");
});
