import t, { type Test } from "tap";
import { connect } from "../../src/database/connect.pg.ts";
import { Secret } from "../../src/kit/secret.ts";
import { createOrphanWatch } from "../../src/messages/orphaned-jobs.pg.ts";
import { freshDatabase } from "../journeys/fresh-database.ts";
import { until } from "../journeys/product.ts";
import { silent, workerOn } from "./worker-on.ts";

const LOCKED_BY_THE_DEAD = `update graphile_worker._private_jobs set locked_by = 'pool-dead', locked_at = now(), attempts = attempts + 1`;

/** A watch that counts how often it looked. */
async function watchOn(t: Test, url: string) {
  const connection = connect({ url: new Secret(url) });
  let looks = 0;
  connection.pool.on("acquire", () => looks++);
  const watch = createOrphanWatch({ pool: connection.pool, log: silent, onGivenUp: async () => undefined });
  watch.start();
  t.teardown(async () => {
    await watch.stop();
    await connection.close();
  });
  return { looks: (times: number) => until(async () => looks >= times), looked: () => looks };
}

t.test("a job whose worker died is done by another", async (t) => {
  const url = await freshDatabase(t);
  const done: number[] = [];
  const { worker, connection, enqueue } = await workerOn(t, url, async (version) => void done.push(version));
  await enqueue(7);
  await connection.pool.query(LOCKED_BY_THE_DEAD);
  await worker.start();
  await until(async () => done.length === 1);
  t.same(done, [7]);
});

t.test("a job that died at its last attempt is given up for all to see", async (t) => {
  const url = await freshDatabase(t);
  const { worker, connection, enqueue, givenUp } = await workerOn(t, url, async () => undefined);
  await enqueue(7);
  await connection.pool.query(`${LOCKED_BY_THE_DEAD}, max_attempts = attempts + 1`);
  await worker.start();
  await until(async () => givenUp.length === 1);
  t.match(givenUp, [{ job: { task: "raise-credential-version", version: 7 }, attempts: 1, failure: null }]);
});

t.test("a job that is being done stays with its worker, also while that comes back from a lost connection", async (t) => {
  const url = await freshDatabase(t);
  let began = 0;
  let release = () => {};
  const { worker, connection, enqueue } = await workerOn(t, url, async () => {
    began++;
    await new Promise<void>((resolve) => (release = resolve));
  });
  await worker.start();
  await enqueue(7);
  await until(async () => began === 1);
  const watch = await watchOn(t, url);
  await watch.looks(3);
  await connection.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rekey session' and datname = current_database()",
  );
  await watch.looks(watch.looked() + 4);
  const { rows } = await connection.pool.query("select locked_by is not null as locked from graphile_worker._private_jobs");
  t.same(rows, [{ locked: true }]);
  t.equal(began, 1);
  release();
  await until(async () => (await connection.pool.query("select 1 from graphile_worker._private_jobs")).rowCount === 0);
});
