import t from "tap";
import { auditEvents, demoApplication, newApplication } from "../builders/application.ts";
import { startProduct } from "../journeys/product.ts";
import { CSV, HEADER, importFile, NDJSON, openUpload, peopleLines } from "./import-calls.ts";

t.test("nothing is written before the file is there whole, and a cut upload leaves nothing", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  for (const headers of [CSV, { ...CSV, "idempotency-key": "cut" }]) {
    const upload = openUpload(run, app, headers);
    await upload.write(HEADER + peopleLines(0, 1200));
    // Another whole import has the time that the rows above would have had.
    await importFile(app, HEADER + peopleLines(2000, 2600));
    upload.cut();
    await t.rejects(upload.answer);
  }
  const { rows } = await run.connection.pool.query("select total from import_jobs");
  t.same(rows, [{ total: 600 }, { total: 600 }], "of the others there is no job");
  t.match((await importFile(app, HEADER + peopleLines(0, 1200), { ...CSV, "idempotency-key": "cut" })).json, { created: 1200 });
});

t.test("an import that ends in the middle keeps what it wrote, and the same file goes on", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const { pool } = run.connection;
  // The database refuses the second batch.
  await pool.query(`create function refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$`);
  await pool.query(
    `create trigger refuse before insert on users for each row when (new.upn_key like 'person600@%') execute function refuse()`,
  );
  t.equal((await importFile(app, HEADER + peopleLines(0, 700))).status, 500);
  const [{ id }] = (await pool.query("select id from import_jobs")).rows;
  t.match((await app.call("GET", `/v1/import-jobs/${id}`)).json, { state: "failed", total: 500, created: 500, detail: /our side/ });
  t.match(await auditEvents(run, "users.import"), [{ outcome: "failure", details: { created: 500 } }]);
  await pool.query("drop trigger refuse on users");
  const again = await importFile(app, HEADER + peopleLines(0, 700));
  t.match(again.json, { state: "done", total: 700, created: 200, unchanged: 500, failed: 0 }, "the same file goes on");
});

t.test("a file that says it is too large is not read", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const upload = openUpload(run, app, { ...CSV, "content-length": String(201 * 1024 * 1024) });
  await upload.write(HEADER + peopleLines(0, 700));
  t.match(await upload.answer, { status: 413, json: { code: "payload-too-large" } });
  upload.cut();
  const { rows } = await run.connection.pool.query("select 1 from import_jobs");
  t.equal(rows.length, 0);
});

t.test("many imports of the same people at once: no deadlock, everybody once", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const lines = peopleLines(0, 900).trimEnd().split("\r\n");
  const files = [lines, lines.toReversed(), [...lines.slice(450), ...lines.slice(0, 450)], lines.filter((_, index) => index % 2 === 0)];
  const done = await Promise.all(files.map((file) => importFile(app, `${HEADER}${file.join("\r\n")}\r\n`)));
  for (const { status, json } of done) t.match({ status, json }, { status: 202, json: { state: "done", failed: 0 } });
  t.equal(
    done.reduce((sum, { json }) => sum + json.created, 0),
    900,
  );
  const { rows } = await run.connection.pool.query(
    `select (select count(*)::int from users where upn_key like 'person%') as people, (select count(*)::int from groups) as groups,
      (select count(*)::int from group_members) as memberships, (select count(*)::int from authentication_methods where source = 'admin') as methods`,
  );
  t.match(rows, [{ people: 900, groups: 7, memberships: 900, methods: 900 }]);
});

t.test("two files that pull the same people both ways", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const numbers = Array.from({ length: 600 }, (_, index) => index);
  const file = (people: number[], word: string) =>
    people
      .map((index) =>
        JSON.stringify({ userPrincipalName: `p${index}@contoso.example`, displayName: word, groups: [`${word} ${index % 9}`, word] }),
      )
      .join("\n");
  await importFile(app, file(numbers, "start"), NDJSON);
  const done = await Promise.all([
    importFile(app, file(numbers, "left"), NDJSON),
    importFile(app, file(numbers.toReversed(), "right"), NDJSON),
    ...numbers.slice(0, 40).map((index) => app.call("PATCH", `/v1/users/p${index * 15}@contoso.example`, { body: { surname: "Patched" } })),
  ]);
  t.ok(
    done.every(({ status }) => status < 300),
    JSON.stringify(done.map(({ status }) => status)),
  );
  const { rows } = await run.connection.pool.query(
    "select count(*)::int as count from users where surname = 'Patched' and upn_key like 'p%'",
  );
  t.same(rows, [{ count: 40 }], "a change of another field is not lost");
});

t.test("a role that is granted while a file is read protects from it", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  await importFile(app, HEADER + peopleLines(0, 2));
  const upload = openUpload(run, app, NDJSON);
  await upload.write('{"userPrincipalName":"person0@contoso.example","displayName":"Changed"}\n');
  await run.connection.pool.query(
    "insert into user_roles (user_id, role, granted_at) select id, 'userAdministrator', now() from users where upn_key = 'person0@contoso.example'",
  );
  upload.end();
  t.match((await upload.answer).json, { total: 1, updated: 0, failed: 1 });
});

t.test("a key: the same file gets the same answer, another file none, two at once one", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const file = HEADER + peopleLines(0, 20);
  const keyed = { ...CSV, "idempotency-key": "monday" };
  const first = await importFile(app, file, keyed);
  t.match(first.json, { created: 20 });
  t.equal(first.headers.get("idempotency-replayed"), null);
  const second = await importFile(app, file, keyed);
  t.same(second.json, first.json, "the same answer, not a second import");
  t.equal(second.status, 202);
  t.equal(second.headers.get("idempotency-replayed"), "true");
  t.match((await importFile(app, HEADER + peopleLines(0, 21), keyed)).json, { status: 422, code: "idempotency-key-reused" });
  t.equal((await app.call("GET", "/v1/users/person20@contoso.example")).status, 404, "of the other file nothing was done");
  t.match((await importFile(app, '{"userPrincipalName":"x@contoso.example"}', { ...NDJSON, "idempotency-key": "monday" })).json, {
    status: 422,
  });
  const other = await newApplication(run);
  t.match((await importFile(other, file, keyed)).json, { created: 0, unchanged: 20 }, "another caller's key is another key");

  run.clock.turn(10 * 60_000);
  t.match((await importFile(app, file, keyed)).json, { unchanged: 20 }, "after ten minutes the key is free");
  for (const key of ["", "a b", "x".repeat(256)])
    t.equal((await importFile(app, file, { ...CSV, "idempotency-key": key })).status, 400, JSON.stringify(key.slice(0, 5)));
});

t.test("while the first call runs, the second is told so; a refusal gives the key back", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const keyed = { ...CSV, "idempotency-key": "k" };
  const file = HEADER + peopleLines(0, 1500);
  const both = await Promise.all(Array.from({ length: 4 }, () => importFile(app, file, keyed)));
  const made = both.filter(({ status, headers }) => status === 202 && headers.get("idempotency-replayed") === null);
  t.equal(made.length, 1, "it was done once");
  t.ok(
    both.every(({ status, json }) => status === 202 || json.code === "idempotency-key-in-use"),
    JSON.stringify(both.map(({ status }) => status)),
  );

  const refused = { ...CSV, "idempotency-key": "r" };
  t.equal((await importFile(app, "no header", refused)).status, 422);
  t.match((await importFile(app, HEADER + peopleLines(0, 1), refused)).json, { state: "done" });
  const { rows } = await run.connection.pool.query("select body::text, request_hash from idempotent_answers");
  t.notMatch(JSON.stringify(rows), /unchanged|created/, "kept answers rest sealed");
});

t.test("a call that takes longer than keys are kept holds its key while it runs", async (t) => {
  // Each batch takes six minutes.
  let turn = () => {};
  const run = await startProduct(t, { onQuery: (sql) => /update import_jobs set total/.test(sql) && turn() });
  turn = () => run.clock.turn(6 * 60_000);
  const keyed = { ...CSV, "idempotency-key": "slow" };
  const file = HEADER + peopleLines(0, 1100);
  const first = await importFile(await demoApplication(run), file, keyed);
  t.match(first.json, { state: "done", created: 1100 });
  const second = await importFile(await demoApplication(run), file, keyed);
  t.equal(second.headers.get("idempotency-replayed"), "true", "eighteen minutes after the first began");
  t.same(second.json, first.json);
});
