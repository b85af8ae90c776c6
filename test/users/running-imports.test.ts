import t, { type Test } from "tap";
import { demoApplication } from "../builders/application.ts";
import { type StartedProduct, startProduct, until } from "../journeys/product.ts";
import { CSV, HEADER, importFile, peopleLines } from "./import-calls.ts";

/** Imports that are answered at once, and wait at their first person until they may go on. */
async function held(t: Test) {
  const run = await startProduct(t, { worker: false, importPatienceMs: 0 });
  const app = await demoApplication(run);
  const { pool } = run.connection;
  await pool.query(
    "create function wait() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock_shared(77); return new; end $$",
  );
  await pool.query("create trigger wait before insert on users for each row when (new.upn_key like 'person%') execute function wait()");
  const holder = await pool.connect();
  await holder.query("select pg_advisory_lock(77)");
  const release = async () => {
    await holder.query("select pg_advisory_unlock(77)");
    holder.release();
  };
  return { run, app, release };
}

async function jobs(run: StartedProduct) {
  return (await run.connection.pool.query("select state, total, created, detail from import_jobs order by created_at, id")).rows;
}

t.test("an import that takes long is answered while it runs, and goes on; its key holds", async (t) => {
  const { run, app, release } = await held(t);
  const file = HEADER + peopleLines(0, 700);
  const keyed = { ...CSV, "idempotency-key": "long" };
  const answer = await importFile(app, file, keyed);
  t.match(answer, { status: 202, json: { state: "running", total: 0, finishedAt: null } });
  t.equal(answer.headers.get("location"), `/v1/import-jobs/${answer.json.id}`);
  const again = await importFile(app, file, keyed);
  t.equal(again.headers.get("idempotency-replayed"), "true");
  t.same(again.json, answer.json);
  await release();
  const job = async () => (await app.call("GET", `/v1/import-jobs/${answer.json.id}`)).json;
  await until(async () => (await job()).state !== "running");
  t.match(await job(), { state: "done", total: 700, created: 700 });
  t.equal((await jobs(run)).length, 1);
});

t.test("when the service stops, an import ends after the batch that it is at, and says so", async (t) => {
  const { run, app, release } = await held(t);
  t.match((await importFile(app, HEADER + peopleLines(0, 1200))).json, { state: "running" });
  const { pool } = run.connection;
  const waiting =
    "select 1 from pg_locks where locktype = 'advisory' and objid = 77 and not granted and database = (select oid from pg_database where datname = current_database())";
  await until(async () => (await pool.query(waiting)).rows.length > 0);
  const closed = run.product.server.close();
  // Nobody is listened to any more, so the stop has come to what still runs.
  await until(async () => (await fetch(run.baseUrl).catch(() => null)) === null);
  await release();
  await closed;
  t.match(await jobs(run), [{ state: "failed", total: 500, created: 500, detail: /was stopped.*can be sent again/ }]);
});

t.test("imports that pile up are refused before their file is taken", async (t) => {
  const { run, app, release } = await held(t);
  for (let file = 0; file < 20; file++) t.equal((await importFile(app, HEADER + peopleLines(file, file + 1))).status, 202);
  const refused = await importFile(app, HEADER + peopleLines(20, 21));
  t.match(refused, { status: 503, json: { code: "unavailable" } });
  t.match(refused.headers.get("retry-after"), /^\d+$/);
  await release();
  await until(async () => (await jobs(run)).every(({ state }) => state === "done"));
  t.match(await importFile(app, HEADER + peopleLines(20, 21)), { status: 202 });
});
