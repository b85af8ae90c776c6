import { readFile } from "node:fs/promises";
import t from "tap";
import { anotherTenant, auditEvents, demoApplication, newApplication } from "../builders/application.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import { onEachState, signIn } from "../journeys/reset-steps.ts";
import { CSV, HEADER, importFile, NDJSON, peopleLines, rowsOf } from "./import-calls.ts";

const PASSWORD = "violet harbour 77 lantern";

t.test("every row gets an outcome, the good ones go in", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const file = [
    "userPrincipalName,displayName,mobile,usageLocation,alternateEmailAddress,telephoneNumber,groups,unheardOf",
    "anna@contoso.example,Anna Berg,070-174 06 10,SE,anna@private.example,040-10 00 00,Sales;Åre,x",
    "not a name,Bo,,,,,,",
    "cid@elsewhere.example,Cid,,,,,,",
    "dag@contoso.example,Dag,070-1,SE,nobody,,,",
    "ANNA@contoso.example,Anna again,,,,,,",
    "eva@contoso.example,Eva,,,,,sales,",
    "",
  ].join("\r\n");
  const done = await importFile(app, file);
  t.equal(done.status, 202, done.text);
  t.match(done.json, { state: "done", total: 6, created: 2, updated: 0, unchanged: 0, failed: 4, detail: /unheardOf/ });
  t.equal(done.headers.get("location"), `/v1/import-jobs/${done.json.id}`);
  t.same((await app.call("GET", `/v1/import-jobs/${done.json.id}`)).json, done.json);
  const rows = await rowsOf(app, done.json);
  t.same(
    rows.map(({ line, userPrincipalName, outcome, field }) => [line, userPrincipalName, outcome, field]),
    [
      [2, "anna@contoso.example", "created", undefined],
      [3, "not a name", "failed", "userPrincipalName"],
      [4, "cid@elsewhere.example", "failed", "userPrincipalName"],
      [5, "dag@contoso.example", "failed", "mobile"],
      [6, "ANNA@contoso.example", "failed", "userPrincipalName"],
      [7, "eva@contoso.example", "created", undefined],
    ],
  );
  t.same(
    rows[3].problems.map(({ field }: { field: string }) => field),
    ["mobile", "alternateEmailAddress"],
    "every fault of a row",
  );
  t.ok(rows.every(({ outcome, reason }) => outcome !== "failed" || reason.length > 10));
  t.same((await rowsOf(app, done.json, "outcome=failed&limit=500")).length, 4);

  const anna = (await app.call("GET", "/v1/users/anna@contoso.example")).json;
  const groups = (await app.call("GET", "/v1/groups")).json.items;
  t.same(
    groups.map(({ name }: { name: string }) => name),
    ["Sales", "Åre"],
    "one group in whatever case it is named",
  );
  t.same(anna.groups, groups.map(({ id }: { id: string }) => id).sort());
  t.match(anna.securityInfo, { registered: true, capable: true });
  t.same(anna.securityInfo.methods.map(({ type, hint, source }: Record<string, string>) => [type, hint, source]).sort(), [
    ["email", "a•••••@p•••••.example", "admin"],
    ["mobilePhone", "+46 ••••••••10", "admin"],
    ["officePhone", "+46 ••••••••00", "admin"],
  ]);
  t.match(await auditEvents(run, "users.import"), [
    { actor: { kind: "app", id: app.id }, details: { job: done.json.id, created: 2, failed: 4 } },
  ]);
  t.equal((await auditEvents(run, "user.create")).length, 2);
});

t.test("real files go in", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  await run.connection.pool.query(
    "insert into tenant_domains select d, $1 from unnest(array['contoso.com', 'contoso.onmicrosoft.com', 'fabrikam.example']) d",
    [run.demo.tenant.id],
  );
  for (const name of [
    "entra-download-users.csv",
    "entra-bulk-create-template.csv",
    "microsoft-365-admin-export.csv",
    "excel-semicolons.windows-1252.csv",
    "damaged.csv",
  ]) {
    const bytes = await readFile(new URL(`./files/${name}`, import.meta.url));
    const answer = await fetch(`${run.baseUrl}/v1/users/import`, {
      method: "POST",
      headers: { ...CSV, authorization: `Bearer ${app.token}` },
      body: bytes,
    });
    const job = (await answer.json()) as Record<string, number>;
    t.equal(answer.status, 202, name);
    t.equal(job.total, (job.created ?? 0) + (job.updated ?? 0) + (job.unchanged ?? 0) + (job.failed ?? 0), name);
  }
  const ndjson = await importFile(
    app,
    '{"userPrincipalName":"new.person@contoso.example","methods":[{"type":"email","value":"zoe@private.example"}],"groups":["Sales"]}\n',
    NDJSON,
  );
  t.match(ndjson.json, { created: 1, failed: 0 });
});

t.test("the same file twice changes nothing, and touches nothing", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const file = HEADER + peopleLines(0, 1203);
  t.match((await importFile(app, file)).json, { total: 1203, created: 1203 });
  const before = await snapshot(run);
  run.clock.turn(60_000);
  const again = await importFile(app, file);
  t.match(again.json, { total: 1203, created: 0, updated: 0, unchanged: 1203, failed: 0 });
  t.same(await snapshot(run), before, "not a row was written");
  const walked: number[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page = await app.call("GET", `/v1/import-jobs/${again.json.id}/rows?limit=500${cursor === "" ? "" : `&cursor=${cursor}`}`);
    walked.push(...page.json.items.map(({ line }: { line: number }) => line));
    cursor = page.json.nextCursor;
  }
  t.same(
    walked,
    Array.from({ length: 1203 }, (_, index) => index + 2),
    "each line once, in order, over the pages",
  );
});

/** Where every row of the tables lies, and by which transaction it was written. */
async function snapshot(run: StartedProduct): Promise<unknown> {
  const tables = ["users", "authentication_methods", "groups", "group_members", "passwords"];
  return Promise.all(
    tables.map(async (table) => (await run.connection.pool.query(`select ctid, xmin, xmax from ${table} order by ctid`)).rows),
  );
}

t.test("a row says what it says, and no more", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const path = "/v1/users/anna@contoso.example";
  const line = (fields: object) => importFile(app, `${JSON.stringify({ userPrincipalName: "anna@contoso.example", ...fields })}\n`, NDJSON);
  const start = {
    displayName: "Anna",
    mail: "anna@contoso.example",
    licensed: true,
    groups: ["Sales", "Ops"],
    mobile: "+46701740610",
    otherMails: ["anna@private.example"],
  };
  await line(start);
  const first = (await app.call("GET", path)).json;
  t.match((await line({ displayName: "Anna Berg" })).json, { updated: 1 });
  t.same((await app.call("GET", path)).json, { ...first, displayName: "Anna Berg" });
  t.match((await line({ mobile: "+46701740611" })).json, { updated: 1 });
  const second = (await app.call("GET", path)).json;
  t.same(
    second.securityInfo.methods.map(({ hint }: { hint: string }) => hint).sort(),
    ["+46 ••••••••11", "a•••••@p•••••.example"],
    "of the types it names",
  );
  t.match((await line({ groups: ["ops", "New"] })).json, { updated: 1 });
  const groups = (await app.call("GET", "/v1/groups")).json.items;
  const idOf = (name: string) => groups.find((group: { name: string }) => group.name === name).id;
  t.same((await app.call("GET", path)).json.groups, [idOf("Ops"), idOf("New")].sort());
  t.match((await line({ groups: [] })).json, { updated: 1 });
  t.same((await app.call("GET", path)).json.groups, []);
  t.match((await line({ roles: ["globalAdministrator"] })).json, { failed: 1 }, "no roles");
});

t.test("what the person registered stays", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const { userPrincipalName } = run.person("henrik");
  const path = `/v1/users/${userPrincipalName}`;
  const own = (await app.call("GET", path)).json.securityInfo.methods;
  await importFile(app, `userPrincipalName,mobile,alternateEmailAddress\n${userPrincipalName},+46701740699,other@private.example\n`);
  await importFile(app, `userPrincipalName,mobile\n${userPrincipalName},+46701740698\n`);
  const { methods } = (await app.call("GET", path)).json.securityInfo;
  t.same(
    methods.filter(({ source }: { source: string }) => source === "user"),
    own,
  );
  t.equal(methods.length, own.length + 2);
});

t.test("a first password is judged and good; a later file takes nothing back", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const file = `userPrincipalName,password\nanna@contoso.example,${PASSWORD}\nbo@contoso.example,password1234\n`;
  const done = await importFile(app, file);
  t.match(done.json, { created: 1, failed: 1 });
  t.match(await rowsOf(app, done.json, "outcome=failed&limit=9"), [
    { userPrincipalName: "bo@contoso.example", field: "password", reason: /common-password/ },
  ]);
  t.equal((await signIn(run, "anna@contoso.example", PASSWORD)).status, 200);
  t.match((await importFile(app, file)).json, { created: 0, updated: 0, unchanged: 1, failed: 1 });
  const own = run.person("henrik");
  t.match((await importFile(app, `userPrincipalName,password\n${own.userPrincipalName},${PASSWORD}\n`)).json, { unchanged: 1 });
  t.equal((await signIn(run, own.userPrincipalName, own.password)).status, 200, "the person's own password stays");
  t.match((await importFile(app, `userPrincipalName,password\n${run.person("signe").userPrincipalName},x\n`)).json, { unchanged: 1 });
  t.notMatch(
    JSON.stringify((await run.connection.pool.query("select * from import_rows")).rows),
    /violet|password1234/,
    "no password in the report",
  );
  t.notMatch(run.logs.join("\n"), /violet harbour/);
});

onEachState(t, "a file that disables somebody ends their sessions", async (t, state) => {
  const run = await startProduct(t, { state, worker: false });
  const app = await demoApplication(run);
  const person = run.person("henrik");
  const token = (await signIn(run, person.userPrincipalName, person.password)).json.accessToken;
  await importFile(app, `userPrincipalName,accountEnabled\n${person.userPrincipalName},True\n`);
  t.equal((await run.call("GET", "/v1/me", { token })).status, 200);
  t.match((await importFile(app, `userPrincipalName,accountEnabled\n${person.userPrincipalName},False\n`)).json, { updated: 1 });
  t.equal((await run.call("GET", "/v1/me", { token })).status, 401);
});

t.test("administrators, other organisations' people and deleted people are out of reach", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const ylva = run.person("ylva").userPrincipalName;
  const before = (await app.call("GET", `/v1/users/${ylva}`)).json;
  const other = await anotherTenant(run, "fabrikam.example");
  await other.call("POST", "/v1/users", { body: { userPrincipalName: "cid@fabrikam.example", displayName: "Cid" } });
  await run.connection.pool.query("update tenant_domains set tenant_id = $1 where domain = 'fabrikam.example'", [run.demo.tenant.id]);
  await run.connection.pool.query("update users set deleted_at = now() where upn_key like 'signe%'");
  const signe = run.person("signe").userPrincipalName;
  const file = [
    "userPrincipalName,displayName,alternateEmailAddress,groups",
    `${ylva},Ylva,thief@private.example,`,
    `${run.person("odd").userPrincipalName},,,Thieves`,
    `${run.person("tove").userPrincipalName},Tove Lindqvist,,`,
    "cid@fabrikam.example,Stolen,,",
    `${signe},Back,,`,
  ].join("\n");
  const done = await importFile(app, file);
  t.match(done.json, { total: 5, created: 0, updated: 0, unchanged: 1, failed: 4 }, "a row that changes nothing harms nobody");
  const failed = await rowsOf(app, done.json, "outcome=failed&limit=9");
  t.match(failed.slice(0, 2), [{ reason: /administrator role/ }, { reason: /administrator role/ }]);
  t.same(failed[2].reason, failed[3].reason, "whose the name is, is not told");
  t.same((await app.call("GET", `/v1/users/${ylva}`)).json, before);
  const cid = await run.connection.pool.query("select display_name from users where upn_key = 'cid@fabrikam.example'");
  t.same(cid.rows, [{ display_name: "Cid" }]);
});

t.test("rows with groups need the scope for groups; the route needs both of its scopes", async (t) => {
  const run = await startProduct(t);
  const narrow = await newApplication(run, { scopes: ["users:read", "users:write", "methods:write"] });
  const done = await importFile(narrow, "userPrincipalName,groups\nanna@contoso.example,Sales\nbo@contoso.example,\n");
  t.match(done.json, { created: 1, failed: 1 });
  t.match(await rowsOf(narrow, done.json, "outcome=failed&limit=9"), [{ field: "groups", reason: /groups:write/ }]);
  for (const scopes of [["users:write"], ["methods:write"], ["users:read"]] as const)
    t.match((await importFile(await newApplication(run, { scopes }), "x")).json, { status: 403, missing: ["scope"] });
});

t.test("a file that cannot be read at all is refused, and leaves nothing", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  for (const [name, body] of [
    ["empty", ""],
    ["no column", "name,mail\nx,y\n"],
    ["a workbook", "PK\u0003\u0004xxxx"],
  ] as const)
    t.match((await importFile(app, body)).json, { status: 422, code: "import-refused", detail: /./ }, name);
  t.match((await importFile(app, HEADER)).json, { state: "done", total: 0 }, "a header alone is a file of nobody");
  for (const type of ["application/json", "text/plain", "application/octet-stream", "multipart/form-data; boundary=x"])
    t.match((await importFile(app, "x", { "content-type": type })).json, { status: 415, code: "unsupported-media-type" }, type);
  const none = await fetch(`${run.baseUrl}/v1/users/import`, { method: "POST", headers: { authorization: `Bearer ${app.token}` } });
  t.equal(none.status, 415, "no body at all");
  const { rows } = await run.connection.pool.query("select total from import_jobs");
  t.same(rows, [{ total: 0 }]);
});

t.test("jobs of another organisation, and jobs that are none", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const other = await anotherTenant(run, "fabrikam.example");
  const { id } = (await importFile(app, `${HEADER}${peopleLines(0, 3)}`)).json;
  for (const path of [`/v1/import-jobs/${id}`, `/v1/import-jobs/${id}/rows`, "/v1/import-jobs/x", "/v1/import-jobs/x/rows"])
    t.equal((await other.call("GET", path)).status, 404, path);
  for (const query of ["outcome=other", "cursor=eHh4", "cursor=OTk5OTk5OTk5OTk5"])
    t.equal((await app.call("GET", `/v1/import-jobs/${id}/rows?${query}`)).status, 400, query);
});
