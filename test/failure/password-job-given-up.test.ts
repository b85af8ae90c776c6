import t from "tap";
import { requeueStrandedPasswordJobs } from "../../src/administration/stranded-password-jobs.pg.ts";
import { CSV, over, RESETS, started } from "../administration/password-job-walk.ts";
import { newPerson } from "../builders/administrator.ts";
import { auditEvents, demoApplication } from "../builders/application.ts";
import { startProduct, until } from "../journeys/product.ts";

t.test("a job whose part fails for the last time ends, and says so", async (t) => {
  const run = await startProduct(t, { worker: false });
  const app = await demoApplication(run);
  const one = await newPerson(run);
  const file = `userPrincipalName,password\n${one.userPrincipalName},grus-vinter-ballong-19\n`;
  const id = await started(app, file, RESETS, CSV);
  const { pool } = run.connection;
  await pool.query("update password_job_rows set sealed_password = 'not what was sealed'::bytea");
  await pool.query("update graphile_worker._private_jobs set attempts = max_attempts - 1");
  await run.product.worker.start();
  await until(async () => (await app.call("GET", `${RESETS}/${id}`)).json.state !== "running").finally(() => run.product.worker.stop());
  t.match((await app.call("GET", `${RESETS}/${id}`)).json, { state: "cancelled", done: 0, finishedAt: String });
  t.match((await app.call("GET", `${RESETS}/${id}/results`)).json.items, [{ outcome: "cancelled" }]);
  t.match(await auditEvents(run, "password-job.cancel"), [{ actor: { kind: "system" }, reason: "given-up", details: { jobId: id } }]);
});

t.test("a job that nothing in the queue goes on with is queued again after an hour, unless its organisation is suspended", async (t) => {
  const run = await startProduct(t, { worker: false });
  const app = await demoApplication(run);
  const id = await started(app, { users: [(await newPerson(run)).id] });
  const { db, pool } = run.connection;
  const requeue = (hours: number) => requeueStrandedPasswordJobs(db, run.clock.now() + hours * 3_600_000, 500);
  t.equal(await requeue(2), 0, "it waits in the queue");
  await pool.query("update graphile_worker._private_jobs set attempts = max_attempts");
  t.equal(await requeue(0), 0, "it may be given up at this moment");
  await pool.query("delete from graphile_worker._private_jobs");
  await pool.query("update tenants set suspended_at = now()");
  t.equal(await requeue(2), 0, "it is queued when its organisation is resumed");
  await pool.query("update tenants set suspended_at = null");
  t.same(await Promise.all([requeue(2), requeue(0)]), [1, 0]);
  t.equal(await requeue(2), 0, "once");
  await run.product.worker.start();
  t.match(await over(app, id).finally(() => run.product.worker.stop()), { state: "done", done: 1 });
});
