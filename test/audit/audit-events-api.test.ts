import { parse } from "csv-parse/sync";
import t from "tap";
import { newAdministrator, newPerson } from "../builders/administrator.ts";
import { anotherTenant, demoApplication, newApplication } from "../builders/application.ts";
import { startProduct } from "../journeys/product.ts";
import { startReset } from "../journeys/reset-steps.ts";
import { everythingMoved } from "../security/audit-watch.ts";
import { writeEvents } from "./tampering.ts";

t.test("the log by its filters, page by page, newest first, of the own tenant alone", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const other = await anotherTenant(run, "fabrikam.example");
  const admin = await newAdministrator(run, ["globalAdministrator"]);
  const person = await newPerson(run);
  const reset = await startReset(run, person.userPrincipalName);
  await everythingMoved(run);
  const began = run.clock.now() + 60_000;
  run.clock.turn(60_000);
  t.equal((await admin.call("PATCH", `/v1/users/${person.id}`, { body: { displayName: "Writer" } })).status, 200);
  run.clock.turn(1_000);
  t.equal((await app.call("PATCH", `/v1/users/${person.id}`, { body: { displayName: "Reader" } })).status, 200);

  const list = async (query: Record<string, string>) =>
    (await app.call("GET", `/v1/audit-events?${new URLSearchParams(query)}`)).json.items;
  const about = await list({ user: person.userPrincipalName.toUpperCase(), type: "user.update" });
  t.match(about, [
    {
      type: "user.update",
      outcome: "success",
      actor: { kind: "app", id: app.id, name: /./ },
      user: { id: person.id, userPrincipalName: person.userPrincipalName },
    },
    { actor: { kind: "user", id: admin.id, name: admin.userPrincipalName } },
  ]);
  t.same(await list({ user: person.id, type: "user.update" }), about);
  t.same(await list({ actor: admin.userPrincipalName, type: "user.update" }), about.slice(1));
  t.same(await list({ actor: app.id, type: "user.update" }), about.slice(0, 1));
  t.same(await list({ type: "user.update", from: new Date(began + 1).toISOString() }), about.slice(0, 1));
  t.same(await list({ type: "user.update", to: new Date(began + 1).toISOString() }), about.slice(1));
  t.same(await list({ user: "nobody@contoso.example" }), []);
  t.same(await list({ user: person.id, outcome: "failure" }), []);
  t.match(await list({ flow: reset.id }), [
    { type: "reset.start", flowId: reset.id, supportCode: reset.supportCode, actor: { kind: "anonymous" } },
  ]);
  t.same((await other.call("GET", `/v1/audit-events?flow=${reset.id}`)).json.items, []);
  t.same((await other.call("GET", `/v1/audit-events?user=${person.id}`)).json.items, []);
  t.equal((await (await newApplication(run, { scopes: ["users:read"] })).call("GET", "/v1/audit-events")).status, 403);
  t.equal((await admin.call("GET", "/v1/audit-events?limit=1")).status, 200);

  await writeEvents(run, 7, { type: "paged" });
  await writeEvents(run, 5, { type: "paged", at: run.clock.now() });
  const seen: string[] = [];
  for (let cursor = ""; ; ) {
    const page = (await app.call("GET", `/v1/audit-events?type=paged&limit=5${cursor}`)).json;
    seen.push(...page.items.map(({ id }: { id: string }) => id));
    if (page.nextCursor === null) break;
    cursor = `&cursor=${page.nextCursor}`;
  }
  t.equal(new Set(seen).size, 12);
  t.equal(seen.length, 12);
  for (const bad of [
    "from=yesterday",
    "outcome=odd",
    "type=A%0A",
    "user=%00",
    "actor=%00",
    "flow=%00",
    "cursor=eHg",
    `cursor=${Buffer.from("2026-99-99T00:00:00.000000Z x").toString("base64url")}`,
    "other=1",
  ])
    t.equal((await app.call("GET", `/v1/audit-events?${bad}`)).status, 400, bad);
  for (const name of ["user", "actor", "flow"]) t.equal((await app.call("GET", `/v1/audit-events/export?${name}=%00`)).status, 400, name);
  t.equal((await app.call("GET", "/v1/audit-events/verification?from=x")).status, 400);
});

const NASTY = [
  'x\r\n{"id":"forged"}',
  "\u001b[2J\u001b[31mforged",
  "=cmd|'/c calc'!A1",
  '","forged","',
  "a\u2028b\u0085c\u009b31m",
  "\n=1+1",
  "\u202eforged",
];

t.test("S04: an export has one line for each event, whatever people are called; it is on the record itself", async (t) => {
  const run = await startProduct(t, { worker: false });
  const app = await demoApplication(run);
  const person = await newPerson(run);
  for (const [place, name] of NASTY.entries()) {
    await writeEvents(run, 1, { type: "nasty", userId: person.id, reason: name, details: { name, [name]: place } });
    run.clock.turn(10);
  }
  // As a directory or an older version may have let it in.
  await run.connection.pool.query("update users set user_principal_name = $2 where id = $1", [
    person.id,
    `=x\r\n\u001b[31m,"@contoso.example`,
  ]);
  const ndjson = await app.call("GET", "/v1/audit-events/export?type=nasty");
  t.match(ndjson.headers.get("content-type"), /^application\/x-ndjson/);
  const lines = ndjson.text.split("\n");
  t.equal(lines.pop(), "");
  t.same(
    lines.map((line) => JSON.parse(line).details.name),
    NASTY,
  );
  t.notMatch(ndjson.text.replaceAll("\n", ""), /[\p{Cc}\u2028\u2029\u202e]/u);

  const csv = await app.call("GET", "/v1/audit-events/export?type=nasty", { headers: { accept: "text/csv" } });
  t.match(csv.headers.get("content-type"), /^text\/csv/);
  t.equal(csv.text.split(/\r\n|[\n\r\u2028\u2029\u0085]/).length, NASTY.length + 2);
  t.notMatch(csv.text.replaceAll("\r\n", ""), /[\p{Cc}\u2028\u2029\u202e]/u);
  const rows: Record<string, string>[] = parse(csv.text, { columns: true });
  t.equal(rows.length, NASTY.length);
  for (const row of rows) for (const cell of Object.values(row)) t.notMatch(cell, /^\s*[=+@-]/);
  t.equal((await app.call("GET", "/v1/audit-events/export", { headers: { accept: "image/png" } })).status, 406);
  const { rows: recorded } = await run.connection.pool.query(
    "select actor, details from audit_events where type = 'audit.export' order by at, id",
  );
  t.same(recorded.length, 2);
  t.match(recorded[0], { actor: { kind: "app", id: app.id }, details: { filter: { type: "nasty" } } });
});

t.test("S03: the record of an export names whom it was about by id, and keeps nothing that was typed", async (t) => {
  const run = await startProduct(t, { worker: false });
  const app = await demoApplication(run);
  const person = await newPerson(run);
  const flow = "A".repeat(22);
  for (const query of [
    { user: person.userPrincipalName, actor: person.userPrincipalName.toUpperCase(), flow, type: "user.update", outcome: "failure" },
    { user: "private@elsewhere.example", actor: "private@elsewhere.example", from: "2026-01-01T01:00:00+01:00" },
    { user: person.id.toUpperCase(), actor: app.id },
    { actor: "+46701740699", flow: "Anna Ek", type: "n46701740699" },
  ]) {
    t.equal((await app.call("GET", `/v1/audit-events/export?${new URLSearchParams(query as Record<string, string>)}`)).status, 200);
    run.clock.turn(10);
  }
  const { rows } = await run.connection.pool.query("select details from audit_events where type = 'audit.export' order by at");
  const to = /^\d{4}-/;
  t.match(
    rows.map(({ details }) => details.filter),
    [
      { to, user: person.id, actor: person.id, flow, type: "user.update", outcome: "failure" },
      { to, user: "unknown", actor: "unknown", from: "2026-01-01T00:00:00.000Z" },
      { to, user: person.id, actor: app.id },
      { to, actor: "unknown", flow: "unknown", type: "unknown" },
    ],
  );
  t.notMatch(JSON.stringify(rows), /@|46701740699|Anna/i);
});

t.test("an export of many pages is complete and in order, and of its moment", async (t) => {
  const run = await startProduct(t, { worker: false });
  const app = await demoApplication(run);
  for (let turn = 0; turn < 3; turn++) {
    await writeEvents(run, 700, { type: "many" });
    run.clock.turn(700);
  }
  await writeEvents(run, 3, { type: "many", at: run.clock.now() + 5_000 });
  const events = (await app.call("GET", "/v1/audit-events/export?type=many&format=ndjson")).text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  t.equal(events.length, 2_100);
  t.equal(new Set(events.map(({ id }) => id)).size, 2_100);
  t.same(
    events.map(({ at }) => at),
    events.map(({ at }) => at).sort(),
  );
});
