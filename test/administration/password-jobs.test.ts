import { randomUUID } from "node:crypto";
import t from "tap";
import { newAdministrator, newPerson } from "../builders/administrator.ts";
import { anotherTenant, auditEvents, demoApplication, newApplication } from "../builders/application.ts";
import { startProduct } from "../journeys/product.ts";
import { signIn } from "../journeys/reset-steps.ts";
import { CHANGES, CSV, doneJob, over, passwordOf, RESETS, rowsOf, started } from "./password-job-walk.ts";

const GLOBAL = ["globalAdministrator"];

t.test(
  "chosen people: each once, with a temporary password that opens nothing but its change; whoever may not be reset is named",
  async (t) => {
    const run = await startProduct(t);
    const anna = await newAdministrator(run, ["helpdeskAdministrator"]);
    const [one, two, gone, kept] = [await newPerson(run), await newPerson(run), await newPerson(run), await newPerson(run)];
    const boss = await newPerson(run, { roles: GLOBAL });
    const stranger = (await anotherTenant(run, "fabrikam.example")).id;
    await run.connection.pool.query("update users set deleted_at = now() where id = $1", [gone.id]);
    await run.connection.pool.query("update users set break_glass = true where id = $1", [kept.id]);
    const users = [
      one.id,
      one.userPrincipalName.toUpperCase(),
      two.userPrincipalName,
      ` ${two.userPrincipalName} `,
      anna.id,
      boss.id,
      gone.id,
      kept.id,
      "nobody@contoso.example",
      stranger,
      randomUUID(),
    ];
    const job = await doneJob(anna, { users });
    t.match(job, { state: "done", total: 9, done: 2, failed: 0, skipped: 7, whom: "list", passwords: "available" });
    const rows = await rowsOf(anna, job.id);
    t.match(
      rows.map(({ userId, outcome, reason }) => ({ userId, outcome, reason })),
      [
        { userId: one.id, outcome: "done" },
        { userId: two.id, outcome: "done" },
        { userId: anna.id, outcome: "skipped", reason: "self" },
        { userId: boss.id, outcome: "skipped", reason: "out-of-reach" },
        { userId: gone.id, outcome: "skipped", reason: "deleted" },
        { userId: kept.id, outcome: "skipped", reason: "break-glass" },
        { userId: null, outcome: "skipped", reason: "unknown" },
        { userId: null, outcome: "skipped", reason: "unknown" },
        { userId: null, outcome: "skipped", reason: "unknown" },
      ],
    );
    t.match(await passwordOf(run, one.id), { version: 2, former: 1, mustChange: true, temporary: true });
    for (const { id } of [anna, boss, kept]) t.match(await passwordOf(run, id), { version: 1, former: 0, mustChange: false });
    const signedIn = await signIn(run, one.userPrincipalName, rows[0].temporaryPassword);
    t.match(signedIn.json, { next: "interrupts", interrupts: ["change-password"] });
    t.equal((await signIn(run, one.userPrincipalName, one.password)).status, 401);
    t.equal((await auditEvents(run, "password.reset-by-administrator")).length, 2);
    t.match(await auditEvents(run, "password-job.start"), [{ actor: { kind: "user", id: anna.id }, details: { total: 9, whom: "list" } }]);
    t.match(await auditEvents(run, "password-job.finish"), [{ details: { jobId: job.id, done: 2, skipped: 7 } }]);
    t.match(await auditEvents(run, "password-job.read-results"), [{ actor: { id: anna.id }, details: { jobId: job.id, as: "json" } }]);

    await run.settled();
    const notices = (await run.outbox()).filter(({ subject }) => subject?.startsWith("Many passwords were changed") === true);
    t.ok(notices.length >= 1);
    t.equal(new Set(notices.map(({ to }) => to)).size, notices.length, "nobody hears it twice");
    const all = [...run.logs, JSON.stringify(await run.outbox())].join("\n");
    for (const { temporaryPassword } of rows) if (temporaryPassword !== undefined) t.notOk(all.includes(temporaryPassword));
  },
);

t.test("a group with a group in it; by an application, which reaches no holder of a role", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const [outer, inner] = [
    (await app.call("POST", "/v1/groups", { body: { name: "Outer" } })).json.id,
    (await app.call("POST", "/v1/groups", { body: { name: "Inner" } })).json.id,
  ];
  await run.connection.pool.query("insert into group_children (group_id, child_id) values ($1, $2)", [outer, inner]);
  const [one, reader] = [await newPerson(run), await newPerson(run, { roles: ["globalReader"] })];
  for (const { id } of [one, reader]) await run.connection.pool.query("insert into group_members values ($1, $2)", [inner, id]);
  const job = await doneJob(app, { users: { group: outer } });
  t.match(job, { whom: "group", total: 2, done: 1, skipped: 1 });
  t.match(
    (await rowsOf(app, job.id)).find(({ userId }) => userId === reader.id),
    { reason: "out-of-reach" },
  );
  t.match((await app.call("POST", RESETS, { body: { users: { group: randomUUID() } } })).json, { code: "invalid-request" });
  const other = await anotherTenant(run, "fabrikam.example");
  t.match((await other.call("POST", RESETS, { body: { users: { group: outer } } })).json, { code: "invalid-request" });
  t.match((await (await newApplication(run, { scopes: ["users:read"] })).call("POST", RESETS, { body: { users: "all" } })).json, {
    code: "forbidden",
    missing: ["scope"],
  });
});

t.test("everybody, and nobody of another organisation; the caller is passed over", async (t) => {
  const run = await startProduct(t);
  const anna = await newAdministrator(run, GLOBAL);
  const other = await anotherTenant(run, "fabrikam.example");
  const stranger = await newPerson(run, {
    tenantId: (await run.connection.pool.query("select tenant_id from apps where id = $1", [other.id])).rows[0].tenant_id,
    domain: "fabrikam.example",
  });
  const job = await doneJob(anna, { users: "all" });
  const people = (await run.connection.pool.query("select count(*)::integer as n from users where tenant_id = $1", [run.demo.tenant.id]))
    .rows[0].n;
  t.match(job, { whom: "all", total: people, done: people - 1, skipped: 1 });
  t.match(
    (await rowsOf(anna, job.id)).find(({ userId }) => userId === anna.id),
    { outcome: "skipped", reason: "self" },
  );
  t.match(await passwordOf(run, stranger.id), { version: 1, former: 0 });
  for (const path of ["", "/results", "/events"]) t.equal((await other.call("GET", `${RESETS}/${job.id}${path}`)).status, 404, path);
  t.equal((await other.call("POST", `${RESETS}/${job.id}/cancel`)).status, 404);
  t.same((await other.call("GET", RESETS)).json.items, []);
});

t.test("everybody waits for a second person where the tenant says so, and is reset once that person agrees", async (t) => {
  const run = await startProduct(t);
  const [anna, bo] = [await newAdministrator(run, GLOBAL), await newAdministrator(run, GLOBAL)];
  const app = await demoApplication(run);
  t.equal((await app.call("PATCH", "/v1/policy", { body: { twoPersonRule: true }, headers: { "if-match": "*" } })).status, 200);
  const headers = { "idempotency-key": "everybody" };
  const asked = await anna.call("POST", RESETS, { body: { users: "all" }, headers });
  t.match(asked, { status: 202, json: { approvalId: String } });
  t.same((await anna.call("POST", RESETS, { body: { users: "all" }, headers })).json, asked.json);
  t.same((await anna.call("GET", RESETS)).json.items, []);
  t.ok((await bo.call("POST", `/v1/approvals/${asked.json.approvalId}/approve`)).status < 300);
  const [job] = (await anna.call("GET", RESETS)).json.items;
  t.match(await over(anna, job.id), { whom: "all", state: "done", requestedBy: { kind: "user", id: anna.id } });
  t.match(
    (await rowsOf(anna, job.id)).find(({ userId }) => userId === anna.id),
    { reason: "self" },
  );
  t.equal((await bo.call("GET", `${RESETS}/${job.id}/results`)).status, 401, "whoever agreed was reset too");
  t.equal((await app.call("GET", `${RESETS}/${job.id}/results`)).status, 404);
});

t.test("most of the organisation in a list, a file or a group is everybody, where everybody needs a second person", async (t) => {
  const run = await startProduct(t);
  const anna = await newAdministrator(run, GLOBAL);
  await newAdministrator(run, GLOBAL);
  const app = await demoApplication(run);
  const { pool } = run.connection;
  await pool.query(
    `insert into users (id, tenant_id, user_principal_name, upn_key, enabled, licensed, created_at, updated_at)
     select gen_random_uuid(), $1, name, name, true, true, now(), now()
     from (select 'many' || n || '@contoso.example' as name from generate_series(1, 60) n) named`,
    [run.demo.tenant.id],
  );
  const many = (await pool.query("select id from users where upn_key like 'many%'")).rows.map(({ id }) => id);
  const { id: group } = (await app.call("POST", "/v1/groups", { body: { name: "Many" } })).json;
  await pool.query("insert into group_members (group_id, user_id) select $1, unnest($2::uuid[])", [group, many]);
  t.equal((await app.call("PATCH", "/v1/policy", { body: { twoPersonRule: true }, headers: { "if-match": "*" } })).status, 200);
  const refused = { status: 409, json: { code: "conflict", detail: /users "all"/ } };
  t.match(await anna.call("POST", RESETS, { body: { users: many } }), refused);
  t.match(await anna.call("POST", RESETS, { body: { users: { group } } }), refused);
  t.match(await anna.call("POST", RESETS, { body: `userPrincipalName\n${many.join("\n")}\n`, headers: CSV }), refused);
  t.same((await anna.call("GET", RESETS)).json.items, [], "nothing of it is left");
  t.equal((await anna.call("POST", RESETS, { body: { users: many.slice(0, 20) } })).status, 202, "a part of them");
  t.equal((await anna.call("POST", CHANGES, { body: { users: { group } } })).status, 202, "who only has to change it loses nothing");
  t.match(
    (await auditEvents(run, "password-job.start")).find(({ details }) => details.whom === "group"),
    { details: { groupId: group } },
  );
});

t.test("a CSV file with passwords: each judged by the rules, lines that cannot be read are named", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const people = [await newPerson(run), await newPerson(run), await newPerson(run), await newPerson(run)];
  const [a = "", b = "", c = "", d = ""] = people.map(({ userPrincipalName }) => userPrincipalName);
  const typed = "grus-vinter-ballong-19";
  const file = `\ufeffuserPrincipalName;password\r\n${a};${typed}\r\n${b};\r\n${c};password1\r\n${d};${people[3]?.password}\r\n${a};another-${typed}\r\n;x\r\n`;
  const id = await started(app, file, `${RESETS}?mustChange=false`, CSV);
  const job = await over(app, id);
  t.match(job, { total: 6, done: 2, failed: 3, skipped: 1, mustChange: false });
  t.match(await rowsOf(app, id), [
    { position: 2, userPrincipalName: a, outcome: "done" },
    { position: 3, userPrincipalName: b, outcome: "done", temporaryPassword: String },
    { position: 4, userPrincipalName: c, outcome: "failed", reason: "password-rejected", reasons: Array },
    { position: 5, userPrincipalName: d, outcome: "failed", reason: "password-rejected", reasons: ["in-history"] },
    { position: 6, userPrincipalName: a, outcome: "skipped", reason: "duplicate" },
    { position: 7, outcome: "failed", reason: "invalid-row" },
  ]);
  t.match((await signIn(run, a, typed)).json, { next: "done" }, "it lasts");
  const { rows } = await run.connection.pool.query(
    "select count(*)::integer as n from password_job_rows where sealed_password is not null",
  );
  t.equal(rows[0].n, 1, "what was typed in is not kept");
  const refuse = (body: string, path = RESETS) => app.call("POST", path, { body, headers: CSV });
  t.match((await refuse("name\r\nx\r\n")).json, { code: "import-refused", reason: "missing-column" });
  t.match((await refuse(`userPrincipalName,password\n${a},${typed}\n`, `${RESETS}?mode=link`)).json, { code: "invalid-request" });
  t.equal((await refuse(`userPrincipalName\n${"x".repeat(17 * 1024 * 1024)}`)).status, 413);
  t.equal((await app.call("GET", RESETS)).json.items.length, 1, "what was refused left no job");
});

t.test("links: each person gets their own, and the results hold no password", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const [one, two] = [await newPerson(run), await newPerson(run)];
  await run.connection.pool.query("delete from authentication_methods where user_id = $1 and type = 'email'", [two.id]);
  const job = await doneJob(app, { users: [one.id, two.id], mode: "link" });
  t.match(job, { mode: "link", done: 1, failed: 1 });
  const rows = await rowsOf(app, job.id);
  t.match(rows, [{ outcome: "done" }, { outcome: "failed", reason: "no-address" }]);
  t.notOk(rows.some((row) => "temporaryPassword" in row));
  t.match(await passwordOf(run, one.id), { suspended: true });
  await run.settled();
  t.equal((await run.outbox()).filter(({ to, text }) => to === one.contacts[0]?.value && /choose a new one/i.test(text)).length, 1);
  const body = { users: [one.id], mode: "link", mustChange: false };
  t.match((await app.call("POST", RESETS, { body })).json, { code: "invalid-request" });
});

t.test("a change at the next sign-in: passwords stay, sessions live on", async (t) => {
  const run = await startProduct(t);
  const anna = await newAdministrator(run, ["userAdministrator"]);
  const one = await newPerson(run);
  const session = (await signIn(run, one.userPrincipalName, one.password)).json.accessToken;
  const job = await doneJob(anna, { users: "all" }, CHANGES);
  t.match(job, { state: "done", failed: Number, skipped: Number });
  t.notOk("passwords" in job);
  t.match(await passwordOf(run, one.id), { version: 1, former: 0, mustChange: true, temporary: false });
  t.equal((await run.call("GET", "/v1/me", { token: session })).status, 200);
  t.match((await signIn(run, one.userPrincipalName, one.password)).json, { next: "interrupts", interrupts: ["change-password"] });
  t.match(
    (await rowsOf(anna, job.id, CHANGES)).find(({ userId }) => userId === one.id),
    { outcome: "done" },
  );
  t.equal((await auditEvents(run, "password.require-change")).length, job.done);
  t.equal((await anna.call("GET", `${RESETS}/${job.id}`)).status, 404, "it is a job of another kind");
  t.equal((await anna.call("GET", `${CHANGES}/${job.id}/events`)).status, 200);
});

t.test("the same key twice: one job; another body: refused", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const one = await newPerson(run);
  const headers = { "idempotency-key": "k1" };
  const body = { users: [one.id] };
  const first = await app.call("POST", RESETS, { body, headers });
  const again = await app.call("POST", RESETS, { body, headers });
  t.same(again.json, first.json);
  t.equal(again.headers.get("idempotency-replayed"), "true");
  t.equal((await app.call("POST", RESETS, { body: { users: [one.id, "x"] }, headers })).status, 422);
  run.clock.turn(1);
  const file = { body: `userPrincipalName\n${one.userPrincipalName}\n`, headers: { ...CSV, "idempotency-key": "k2" } };
  const second = (await app.call("POST", RESETS, file)).json;
  t.same((await app.call("POST", RESETS, file)).json, second);
  t.equal((await app.call("POST", `${RESETS}?mustChange=false`, file)).status, 422);
  for (const { id } of [first.json, second]) await over(app, id);
  const items = (await app.call("GET", `${RESETS}?limit=1`)).json;
  t.equal(items.items.length, 1);
  t.equal((await app.call("GET", `${RESETS}?limit=1&cursor=${items.nextCursor}`)).json.items[0].id, first.json.id);
  t.equal((await app.call("GET", `${RESETS}?cursor=eA`)).status, 400);
  t.match(await passwordOf(run, one.id), { version: 3 });
});
