import t from "tap";
import { forgetOldPasswordJobs } from "../../src/administration/old-password-jobs.pg.ts";
import { newAdministrator, newPerson } from "../builders/administrator.ts";
import { auditEvents, demoApplication, newApplication } from "../builders/application.ts";
import { manyPeople } from "../builders/many-people.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import { signIn } from "../journeys/reset-steps.ts";
import { doneJob, over, passwordOf, RESETS, rowsOf, started } from "./password-job-walk.ts";

const HOUR = 3_600_000;

function crowd(run: StartedProduct, count: number): Promise<string[]> {
  const { id: tenantId, domain } = run.demo.tenant;
  return manyPeople(run.connection, { tenantId, domain, count, phc: "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA" });
}

async function sealed(run: StartedProduct): Promise<number> {
  const { rows } = await run.connection.pool.query(
    "select count(*)::integer as n from password_job_rows where sealed_password is not null",
  );
  return rows[0].n;
}

t.test("results are for whoever asked, alone; until they are acknowledged", async (t) => {
  const run = await startProduct(t);
  const [anna, bo] = [await newAdministrator(run, ["globalAdministrator"]), await newAdministrator(run, ["globalAdministrator"])];
  const app = await demoApplication(run);
  const one = await newPerson(run);
  const { id } = await doneJob(anna, { users: [one.id] });
  for (const other of [bo, app]) {
    t.equal((await other.call("GET", `${RESETS}/${id}`)).status, 200, "the progress is everybody's who may start such jobs");
    t.equal((await other.call("GET", `${RESETS}/${id}/results`)).status, 404);
    t.equal((await other.call("GET", `${RESETS}/${id}/results`, { headers: { accept: "text/csv" } })).status, 404);
    t.equal((await other.call("POST", `${RESETS}/${id}/results/acknowledge`)).status, 404);
  }
  const reader = await newApplication(run, { scopes: ["users:read"] });
  t.equal((await reader.call("GET", `${RESETS}/${id}`)).status, 200);
  t.match((await reader.call("GET", `${RESETS}/${id}/results`)).json, { code: "forbidden", missing: ["scope"] });
  const starter = await newApplication(run, { scopes: ["resets:write"] });
  t.equal((await starter.call("GET", `${RESETS}/${id}`)).status, 200);
  const [{ temporaryPassword }] = await rowsOf(anna, id);
  t.match(temporaryPassword, /^[A-Z]/);
  t.equal((await anna.call("POST", `${RESETS}/${id}/results/acknowledge`)).status, 204);
  t.equal((await anna.call("POST", `${RESETS}/${id}/results/acknowledge`)).status, 204, "twice is harmless");
  t.match(await rowsOf(anna, id), [{ outcome: "done", temporaryPassword: undefined }]);
  t.equal(await sealed(run), 0);
  t.match((await anna.call("GET", `${RESETS}/${id}`)).json, { passwords: "acknowledged" });
  t.match((await signIn(run, one.userPrincipalName, temporaryPassword)).json, { next: "interrupts" }, "whoever was told it can use it");
  t.equal((await auditEvents(run, "password-job.read-results")).length, 2);
  t.equal((await auditEvents(run, "password-job.acknowledge")).length, 1);
});

t.test("24 hours after the end nobody reads a password any more, and then it is deleted; after 30 days all of it", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const { id } = await doneJob(app, { users: [(await newPerson(run)).id] });
  const { db } = run.connection;
  run.clock.turn(24 * HOUR - 1);
  t.equal(await forgetOldPasswordJobs(db, run.clock.now(), 500), 0);
  const inTime = { ...app, call: (await demoApplication(run)).call };
  t.match(await rowsOf(inTime, id), [{ temporaryPassword: String }]);
  run.clock.turn(1);
  t.match(await rowsOf(inTime, id), [{ outcome: "done", temporaryPassword: undefined }], "before anybody has tidied up");
  t.match((await inTime.call("GET", `${RESETS}/${id}`)).json, { passwords: "expired" });
  t.equal(await sealed(run), 1);
  t.equal(await forgetOldPasswordJobs(db, run.clock.now(), 500), 1);
  t.equal(await sealed(run), 0);
  run.clock.turn(30 * 24 * HOUR);
  await forgetOldPasswordJobs(db, run.clock.now(), 500);
  t.equal((await (await demoApplication(run)).call("GET", `${RESETS}/${id}`)).status, 404);
});

t.test("as a table: what is left to do stands in every row, and no name is a formula", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const [one, formula] = [await newPerson(run), await newPerson(run)];
  await run.connection.pool.query("update users set user_principal_name = $2 where id = $1", [
    formula.id,
    `=cmd|'/c calc'!a1,"x"@contoso.example`,
  ]);
  const id = await started(app, { users: [one.id, formula.id, "+nobody@contoso.example", "\uff1dcmd@contoso.example"] });
  await over(app, id);
  const answer = await app.call("GET", `${RESETS}/${id}/results`, { headers: { accept: "text/csv" } });
  t.match(answer.headers.get("content-type"), /^text\/csv/);
  t.match(answer.headers.get("content-disposition"), /attachment/);
  const [header, first, second, third, fourth, ...rest] = answer.text.split("\r\n");
  t.equal(header, "userPrincipalName,outcome,reason,temporaryPassword,expiresAt,toDo");
  t.match(first, /^p-\w+@contoso\.example,done,,[A-Z][a-z-]\S+,20\d\d-.*Z,"Tell this person this password, in person/);
  t.ok((second ?? "").startsWith(`"'=cmd|'/c calc'!a1,""x""@contoso.example",done`), `${second}`);
  t.ok((third ?? "").startsWith("'+nobody@contoso.example,skipped,unknown,,,Nothing was changed"), `${third}`);
  t.ok((fourth ?? "").startsWith("'"), `a full-width sign begins a formula too: ${fourth}`);
  t.same(rest, [""]);
  t.match(await auditEvents(run, "password-job.read-results"), [{ details: { as: "csv" } }]);
});

t.test("progress as it comes, until the end, also when that was before; it ends with the client", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const names = await crowd(run, 200);
  const id = await started(app, { users: names });
  const stream = await app.call("GET", `${RESETS}/${id}/events`);
  t.match(stream.headers.get("content-type"), /^text\/event-stream/);
  t.equal(stream.headers.get("x-accel-buffering"), "no");
  const events = eventsOf(stream.text);
  t.ok(events.length >= 2, stream.text);
  t.match(events.at(-1), { state: "done", total: 200, done: 200, failed: 0, skipped: 0 });
  t.same(
    events.map(({ done }) => done),
    events.map(({ done }) => done).toSorted((a, b) => a - b),
  );
  t.same(eventsOf((await app.call("GET", `${RESETS}/${id}/events`)).text), [events.at(-1)]);
  const rows = await rowsOf(app, id);
  t.equal(new Set(rows.map(({ temporaryPassword }) => temporaryPassword)).size, 200);
  t.match(await over(app, id), { done: 200 });
});

function eventsOf(text: string): { state: string; done: number }[] {
  return text
    .split("\n\n")
    .filter((event) => event.startsWith("event: progress\n"))
    .map((event) => JSON.parse(event.slice(event.indexOf("data: ") + 6)));
}

t.test("whoever leaves asks the database no more", async (t) => {
  const queries: string[] = [];
  const run = await startProduct(t, { worker: false, onQuery: (sql) => void queries.push(sql) });
  const app = await demoApplication(run);
  const id = await started(app, { users: [(await newPerson(run)).id] });
  const leaving = new AbortController();
  const headers = { authorization: `Bearer ${app.token}` };
  const answer = await fetch(`${run.baseUrl}${RESETS}/${id}/events`, { headers, signal: leaving.signal });
  const reader = answer.body?.getReader();
  t.match(new TextDecoder().decode((await reader?.read())?.value), /"state":"running"/);
  const looks = () => queries.filter((sql) => /from "password_jobs"/.test(sql)).length;
  leaving.abort();
  await reader?.closed.catch(() => undefined);
  // Another stream lasts for a look longer: in that time the first would have looked again.
  const before = looks();
  const second = new AbortController();
  const other = await fetch(`${run.baseUrl}${RESETS}/${id}/events`, { headers, signal: second.signal });
  const [mine] = [other.body?.getReader()];
  await mine?.read();
  await run.connection.pool.query("update password_jobs set done = 1 where id = $1", [id]);
  await mine?.read();
  second.abort();
  t.equal(looks() - before, 2, "one for the start of the second stream, one for its news");
});

t.test("a cancelled job leaves those who are pending as they are; whoever asked, or the highest, cancels", async (t) => {
  const run = await startProduct(t, { worker: false });
  const [anna, bo, helpdesk] = [
    await newAdministratorWithout(run, ["userAdministrator"]),
    await newAdministratorWithout(run, ["globalAdministrator"]),
    await newAdministratorWithout(run, ["helpdeskAdministrator"]),
  ];
  const names = await crowd(run, 3);
  const id = await started(anna, { users: names, emailTo: "desk@elsewhere.example" });
  t.equal((await anna.call("POST", `${RESETS}/${id}/results/acknowledge`)).status, 409, "it still runs");
  t.match((await helpdesk.call("POST", `${RESETS}/${id}/cancel`)).json, { code: "forbidden", missing: ["role"] });
  t.match((await bo.call("POST", `${RESETS}/${id}/cancel`)).json, { state: "cancelled", total: 3, done: 0 });
  await run.product.worker.start();
  t.teardown(() => run.product.worker.stop());
  await run.settled();
  t.match(await over(anna, id), { state: "cancelled", done: 0 });
  t.match(await rowsOf(anna, id), [{ outcome: "cancelled" }, { outcome: "cancelled" }, { outcome: "cancelled" }]);
  const person = (await anna.call("GET", `/v1/users/${names[0]}`)).json.id;
  t.match(await passwordOf(run, person), { version: 1, former: 0 });
  t.match((await anna.call("POST", `${RESETS}/${id}/cancel`)).json, { state: "cancelled" }, "twice is harmless");
  await run.settled();
  t.equal((await run.outbox()).filter(({ to }) => to === "desk@elsewhere.example").length, 1, "this end is told, too");
  t.equal((await auditEvents(run, "password-job.cancel")).length, 1);
});

t.test("in the middle of a job: cancelled, it stops; whoever asked loses the role, it stops too", async (t) => {
  const run = await startProduct(t);
  const anna = await newAdministrator(run, ["userAdministrator"]);
  const app = await demoApplication(run);
  const names = await crowd(run, 900);
  const first = await started(app, { users: names });
  await app.call("POST", `${RESETS}/${first}/cancel`);
  const job = await over(app, first);
  const rows = [...(await rowsOf(app, first)), ...(await app.call("GET", `${RESETS}/${first}/results?limit=500&cursor=NTAw`)).json.items];
  t.equal(job.state, "cancelled");
  t.equal(rows.filter(({ outcome }) => outcome === "done").length, job.done);
  t.equal(rows.filter(({ outcome }) => outcome === "cancelled").length, 900 - job.done);
  const { rows: changed } = await run.connection.pool.query(
    "select count(*)::integer as n from users where credential_version = 2 and upn_key like 'many-%'",
  );
  t.equal(changed[0].n, job.done, "each outcome is true");

  run.clock.turn(1);
  const second = await started(anna, { users: names });
  await run.connection.pool.query("delete from user_roles where user_id = $1", [anna.id]);
  t.match(await over(app, second), { state: "cancelled" });
  t.match((await auditEvents(run, "password-job.cancel")).at(-1), { reason: "requester-without-right", actor: { kind: "system" } });
});

t.test("the mail about the end has a link that needs a sign-in, and no password", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  t.match((await app.call("POST", RESETS, { body: { users: ["x"], emailTo: "not an address" } })).json, { code: "invalid-request" });
  const { id } = await doneJob(app, { users: [(await newPerson(run)).id], emailTo: "desk@elsewhere.example" });
  await run.settled();
  const mails = (await run.outbox()).filter(({ to }) => to === "desk@elsewhere.example");
  t.equal(mails.length, 1);
  const [{ temporaryPassword }] = await rowsOf(app, id);
  t.ok(mails[0]?.text?.includes(`${RESETS}/${id}/results`));
  t.notOk(mails[0]?.text?.includes(temporaryPassword));
  t.equal((await run.call("GET", `${RESETS}/${id}/results`)).status, 401);
  const { rows } = await run.connection.pool.query("select payload::text from graphile_worker._private_jobs");
  t.notOk(rows.some(({ payload }) => payload.includes("desk@")));
});

/** Second steps need the worker: somebody who signed in while there was one. */
async function newAdministratorWithout(run: StartedProduct, roles: readonly string[]) {
  await run.product.worker.start();
  const administrator = await newAdministrator(run, roles);
  await run.settled();
  await run.product.worker.stop();
  return administrator;
}
