import pg from "pg";
import t, { type Test } from "tap";
import { startPostgres } from "../../scripts/servers/postgres.mjs";
import { connect } from "../../src/database/connect.pg.ts";
import { migrateUp } from "../../src/database/migrate.pg.ts";
import { Secret } from "../../src/kit/secret.ts";
import { callsThatNeedState, type PendingReset, pendingReset, unavailable, untilServing } from "../failure/without-redis.ts";
import { testDatabaseUrl } from "../journeys/fresh-database.ts";
import { type Answer, type StartedProduct, startProduct, until } from "../journeys/product.ts";
import { challenge, onEachState, type Reset, setPassword, signIn } from "../journeys/reset-steps.ts";
import { count, password, provedReset } from "./proved-reset.ts";

/** What is decided with PostgreSQL, or by it in the end. */
const DECIDED_THERE = ["start of a reset", "right code", "new password", "right password", "wrong password", "own profile"];

async function refusesWhatItCannotDecide(t: Test, run: StartedProduct, accessToken: string, pending: PendingReset): Promise<void> {
  const calls = callsThatNeedState(run, pending, accessToken);
  t.equal((await calls["wrong code"]?.())?.status, 422, "a wrong code is wrong all the same");
  for (const name of DECIDED_THERE) unavailable(t, (await calls[name]?.()) as Answer, name);
  unavailable(t, await challenge(run, pending.reset, "sms"), "a code by another method");
  const { clientId, clientSecret } = run.demo.app;
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  const headers = { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" };
  unavailable(t, await run.call("POST", "/oauth/token", { body: "grant_type=client_credentials", headers }), "a token for an application");
  const ready = await run.call("GET", "/readyz");
  t.match([ready.status, ready.json.checks], [503, { database: false, state: true }]);
  t.ok(Number(ready.headers.get("retry-after")) >= 1);
  t.equal((await run.call("GET", "/healthz")).status, 200);
}

/** Henrik's reset with its gate passed. */
async function openReset(run: StartedProduct): Promise<Reset> {
  await run.settled();
  run.clock.turn(61_000);
  return provedReset(run, "henrik");
}

onEachState(t, "C13: with its database closed nothing is decided, and all goes on when it opens", async (t, state) => {
  const run = await startProduct(t, { state });
  const person = run.person("henrik");
  const { accessToken } = (await signIn(run, person.userPrincipalName, person.password)).json;
  const open = await openReset(run);
  const pending = await pendingReset(run, "henrik");
  const admin = new pg.Client({ connectionString: testDatabaseUrl() });
  await admin.connect();
  const name = new URL(run.config.databaseUrl?.reveal() ?? "").pathname.slice(1);
  const allow = (allowed: boolean) => admin.query(`alter database ${name} allow_connections ${allowed}`);
  t.teardown(async () => {
    await allow(true);
    await admin.end();
  });

  await allow(false);
  await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [name]);
  await refusesWhatItCannotDecide(t, run, accessToken, pending);
  unavailable(t, await challenge(run, pending.reset, "sms"), "and again: a code that could not be sent costs no wait");
  unavailable(t, await setPassword(run, open, password(1)), "a new password behind open gates");
  await allow(true);
  await untilServing(t, run);
  t.equal(await count(run, "completed_resets r join users u on u.id = r.user_id where u.upn_key like 'henrik%'"), 0);
  t.equal((await setPassword(run, open, password(1))).status, 204, "the open reset is held by nobody");
  t.equal((await signIn(run, person.userPrincipalName, password(1))).status, 200);
});

t.test("C13 C12: a database that stops and comes back, while passwords are set", async (t) => {
  // What is committed is to outlive a crash, as it does where nobody asked for speed.
  const postgres = await startPostgres({ settings: { synchronous_commit: "on" } });
  t.teardown(() => postgres.stop());
  const connection = connect({ url: new Secret(postgres.url) });
  await migrateUp(connection);
  await connection.close();
  const run = await startProduct(t, { env: { DATABASE_URL: postgres.url } });
  const { userPrincipalName, password: first } = run.person("henrik");
  for (const [round, signal] of (["SIGINT", "SIGQUIT"] as const).entries()) {
    const old = round === 0 ? first : password(round - 1);
    const open = await openReset(run);
    const setting = setPassword(run, open, password(round));
    await postgres.halt(signal);
    const { status } = await setting;
    t.ok([204, 503].includes(status), `answered ${status}`);
    unavailable(t, await run.call("POST", "/v1/password-resets", { body: { userPrincipalName } }), "a start");
    await postgres.resume();
    await until(async () => (await run.call("GET", "/readyz")).status === 200);
    const [byOld, byNew] = [await signIn(run, userPrincipalName, old), await signIn(run, userPrincipalName, password(round))];
    t.same([byOld.status, byNew.status].sort(), [200, 401], "the old password or the new one, never both and never none");
    if (status === 204) t.equal(byNew.status, 200, "what was said to be done is done");
    if (byNew.status !== 200) t.equal((await setPassword(run, open, password(round))).status, 204, "the reset goes on");
  }
});
