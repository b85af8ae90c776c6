import t from "tap";
import { startPostgres } from "../../scripts/servers/postgres.mjs";
import { connect } from "../../src/database/connect.pg.ts";
import { migrateUp } from "../../src/database/migrate.pg.ts";
import { Secret } from "../../src/kit/secret.ts";
import { freshDatabase } from "../journeys/fresh-database.ts";
import { until } from "../journeys/product.ts";
import { workerOn } from "./worker-on.ts";

t.test("the worker outlives its database, and does what was cut off again", async (t) => {
  const postgres = await startPostgres();
  t.teardown(() => postgres.stop());
  const connection = connect({ url: new Secret(postgres.url) });
  await migrateUp(connection);
  await connection.close();

  const done: number[] = [];
  let release: (() => void) | undefined;
  const { worker, enqueue } = await workerOn(t, postgres.url, async (version) => {
    if (version === 2 && release === undefined) await new Promise<void>((resolve) => (release = resolve));
    done.push(version);
  });
  await worker.start();
  await enqueue(1);
  await until(async () => done.includes(1));

  // Twice, once as in an ordered stop and once as in a crash, the first with a job that ends while nobody can write that down.
  await enqueue(2);
  await until(async () => release !== undefined);
  await postgres.halt("SIGINT");
  release?.();
  await until(async () => done.includes(2));
  await postgres.resume();
  await until(async () => done.filter((version) => version === 2).length === 2);
  await enqueue(3);
  await until(async () => done.includes(3));

  await postgres.halt("SIGQUIT");
  await postgres.resume();
  await enqueue(4);
  await until(async () => done.includes(4));
  // Done at least once each: what ended just before a cut may be done again.
  t.same([...new Set(done)].sort(), [1, 2, 3, 4]);
  // The run that did the last one may still have to notice that its connection was cut.
  await until(async () => worker.running());
});

t.test("stopping lets a job finish, and leaves none locked", async (t) => {
  let began = false;
  let release = () => {};
  const { worker, connection, enqueue } = await workerOn(t, await freshDatabase(t), async (version) => {
    if (version !== 1) return;
    began = true;
    await new Promise<void>((resolve) => (release = resolve));
  });
  await worker.start();
  await enqueue(1);
  await until(async () => began);
  const stopping = worker.stop();
  await enqueue(2);
  release();
  await stopping;
  const { rows } = await connection.pool.query("select payload ->> 'version' as version, locked_by from graphile_worker._private_jobs");
  t.ok(
    rows.every(({ version, locked_by }) => version === "2" && locked_by === null),
    "the first is done; the second too, or it waits for the next worker",
  );
});
