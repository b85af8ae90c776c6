import t, { type Test } from "tap";
import { startPostgres } from "../../scripts/servers/postgres.mjs";
import { connect } from "../../src/database/connect.pg.ts";
import { migrateUp } from "../../src/database/migrate.pg.ts";
import { Secret } from "../../src/kit/secret.ts";
import { type Answer, startProduct } from "../journeys/product.ts";
import { addressOf, challenge, onEachState, proveByMessage, setPassword, signIn, startReset, verify } from "../journeys/reset-steps.ts";
import { pendingReset, unavailable, untilServing } from "./without-redis.ts";

const NEW_PASSWORD = "plum violin harbour tuesday";

/** A PostgreSQL of this test's own, with our tables. */
async function ownPostgres(t: Test) {
  const postgres = await startPostgres();
  t.teardown(() => postgres.stop());
  const connection = connect({ url: new Secret(postgres.url), max: 2 });
  await migrateUp(connection);
  await connection.close();
  return postgres;
}

onEachState(
  t,
  "C13: without PostgreSQL nothing is changed or promised; when it is back all is well without a restart",
  async (t, state) => {
    const postgres = await ownPostgres(t);
    const run = await startProduct(t, { state, env: { DATABASE_URL: postgres.url } });
    const { userPrincipalName, password } = run.person("henrik");
    const { reset, challengeId, code } = await pendingReset(run, "henrik");
    const proved = await startReset(run, run.person("mirja").userPrincipalName);
    await proveByMessage(run, proved, "email", addressOf(run.person("mirja"), "email"));
    await proveByMessage(run, proved, "sms", addressOf(run.person("mirja"), "mobilePhone"));

    // The wait after the codes that came.
    run.clock.turn(61_000);
    for (const how of ["SIGINT", "SIGQUIT"] as const) {
      await postgres.halt(how);
      const calls: Record<string, () => Promise<Answer>> = {
        start: () => run.call("POST", "/v1/password-resets", { body: { userPrincipalName } }),
        // Also twice, and again after the second outage: one that could not be sent is taken back, so there is no wait before the next.
        challenge: () => challenge(run, proved, "email"),
        "new password": () => setPassword(run, proved, NEW_PASSWORD),
        "sign-in": () => signIn(run, userPrincipalName, password),
      };
      for (const [name, call] of Object.entries(calls)) unavailable(t, await call(), name);
      for (const answer of await Promise.all(Object.values(calls).map((call) => call()))) unavailable(t, answer, "all at once");
      t.equal((await verify(run, reset, challengeId, "00000000")).status, 422, "what needs no PostgreSQL goes on, and is counted");
      const ready = await run.call("GET", "/readyz");
      t.match(ready.json, { ready: false, checks: { database: false, state: true } });
      t.equal(ready.status, 503);
      t.ok(Number(ready.headers.get("retry-after")) >= 1);
      t.equal((await run.call("GET", "/healthz")).status, 200, "it lives: a restart would not help");
      const back = performance.now();
      await postgres.resume();
      // A whole reset, and so the worker too. One that began in the moment in which another of that person was completed is void.
      run.clock.turn(1);
      await untilServing(t, run, back);
    }

    t.equal((await verify(run, reset, challengeId, code)).json.next, "password", "a code that came before is good");
    t.equal((await setPassword(run, proved, NEW_PASSWORD)).status, 204, "the refused calls used nothing up");
    t.equal((await signIn(run, userPrincipalName, password)).status, 200);
  },
);

t.test("a database that takes no changes is not ready, and says so", async (t) => {
  const postgres = await ownPostgres(t);
  const run = await startProduct(t, { env: { DATABASE_URL: postgres.url } });
  const { pool } = run.connection;
  // As a primary that has become a standby.
  await pool.query("alter system set default_transaction_read_only = on");
  await postgres.halt();
  await postgres.resume();
  t.match((await run.call("GET", "/readyz")).json, { ready: false, checks: { database: false } });
  const reset = await startReset(run, run.person("henrik").userPrincipalName);
  unavailable(t, await challenge(run, reset, "email"), "challenge");
  const operator = await pool.connect();
  for (const statement of ["set default_transaction_read_only = off", "alter system reset all", "select pg_reload_conf()"])
    await operator.query(statement);
  operator.release();
  await untilServing(t, run);
});
