import { randomUUID } from "node:crypto";
import pg from "pg";
import t, { type Test } from "tap";
import { keepAuditMonths } from "../../src/audit/audit-months.pg.ts";
import { createSealEvents } from "../../src/audit/seal-events.pg.ts";
import { connect } from "../../src/database/connect.pg.ts";
import { migrateDown, migrateUp } from "../../src/database/migrate.pg.ts";
import { DAY } from "../../src/kit/clock.ts";
import { Secret } from "../../src/kit/secret.ts";
import { testDatabaseUrl } from "../journeys/fresh-database.ts";
import { startProduct } from "../journeys/product.ts";
import { asSuperuser, verify, writeEvents } from "./tampering.ts";

/** A database whose owner is no superuser, as in production: the role that migrates, and runs. */
async function ownDatabase(t: Test): Promise<string> {
  const name = `owner_${randomUUID().replaceAll("-", "")}`;
  const admin = new pg.Client({ connectionString: testDatabaseUrl() });
  await admin.connect();
  await admin.query(`create role ${name} login password 'x'`);
  await admin.query(`create database ${name} owner ${name}`);
  t.teardown(async () => {
    await admin.query(`drop database ${name} with (force)`);
    await admin.query(`drop role ${name}`);
    await admin.end();
  });
  const url = new URL(testDatabaseUrl());
  url.pathname = `/${name}`;
  url.username = name;
  url.password = "x";
  return url.href;
}

t.test("the role that runs cannot change the log, nor can it as the owner, when it has granted itself the right", async (t) => {
  const url = await ownDatabase(t);
  const connection = connect({ url: new Secret(url), max: 2 });
  t.teardown(() => connection.close());
  await migrateUp(connection);
  const { pool } = connection;
  const values = `('one', now(), 'x', 'success', '{"kind":"system"}', '{}')`;
  await pool.query(`insert into audit_events (id, at, type, outcome, actor, details) values ${values}`);
  await pool.query(
    `insert into audit_events (id, at, type, outcome, actor, details) values ('old', '2001-02-03', 'x', 'success', '{"kind":"system"}', '{}')`,
  );
  await pool.query(
    `insert into audit_seals values (gen_random_uuid(), 1, now(), now(), now(), 1, '{a}', array[now()], '{""}', 'k', '', '')`,
  );
  await pool.query("insert into audit_retired values ('2001-01-01', 1, now())");
  const { rows } = await pool.query("select tableoid::regclass::text as month from audit_events order by at");
  const [rest, month] = rows.map((row) => row.month);
  t.match([rest, month], ["audit_events_rest", /^audit_events_\d{4}_\d\d$/], "an event of any time finds a place");
  const tables = ["audit_events", rest, month, "audit_seals", "audit_retired"];
  for (const who of ["the role that runs", "the owner who helped himself"]) {
    for (const table of tables) {
      const column = table === "audit_retired" ? "events" : table === "audit_seals" ? "count" : "type";
      for (const statement of [`update ${table} set ${column} = ${column}`, `delete from ${table}`, `truncate ${table}`])
        await t.rejects(pool.query(statement), { code: "42501" }, `${who}: ${statement}`);
    }
    for (const table of tables) await pool.query(`grant all on ${table} to current_user`);
  }
  t.equal((await pool.query("select 1 from audit_events")).rowCount, 2);
  await t.rejects(pool.query("select * from retire_audit_month(399)"), { message: /400 days/ });

  // Back and forth again: nothing of the log is lost, and what is there is sealed anew.
  let undone: string | undefined;
  while (undone !== "0015_sealed_audit_log") [undone] = (await migrateDown(connection)).map(({ migrationName }) => migrationName);
  t.equal((await pool.query("select 1 from audit_events")).rowCount, 2);
  await migrateUp(connection);
  t.equal((await pool.query("select 1 from audit_events e join audit_unsealed using (id, at)")).rowCount, 2);
  t.ok((await pool.query("select to_regclass('audit_events_2001_02') as month")).rows[0].month !== null, "what is there gets its month");
});

t.test(
  "months come in time, whatever the session's time zone, and go after 400 days: on the record, and to verification no loss",
  async (t) => {
    const run = await startProduct(t, { worker: false });
    const { pool, db } = run.connection;
    const seal = createSealEvents({ db, keyring: run.keyring, clock: run.clock, countEvents: async () => undefined });
    await pool.query("select add_audit_month('2020-03-31T23:30:00-05')");
    const months = "select relname from pg_class where relname like 'audit_events\\_2020%' and relkind = 'r'";
    t.same((await pool.query(months)).rows, [{ relname: "audit_events_2020_04" }]);
    const old = await writeEvents(run, 2, { at: Date.UTC(2020, 3, 15) });
    t.equal(await keepAuditMonths(db, run.clock.now()), 0, "nothing goes that is not sealed");
    await seal();
    t.match(await verify(run), { ok: true });
    t.equal(await keepAuditMonths(db, run.clock.now()), 1);
    t.same((await pool.query(months)).rows, []);
    t.equal((await pool.query("select 1 from audit_events where id = any($1)", [old])).rowCount, 0);
    t.match(await verify(run), { ok: true }, "dropped by retention is not missing");
    const { rows } = await pool.query("select details from audit_events where type = 'audit.retire'");
    t.same(rows, [{ details: { month: "2020-04", events: 2 } }]);
    t.equal(await keepAuditMonths(db, run.clock.now()), 0);

    // Who owns the list of dropped months cannot excuse what had to be kept.
    const [fresh] = await writeEvents(run, 1, { at: run.clock.now() - 300 * DAY });
    await seal();
    await asSuperuser(run, async (client) => {
      await client.query("delete from audit_events where id = $1", [fresh]);
      await client.query("insert into audit_retired select date_trunc('month', to_timestamp($1)), 1, now()", [
        (run.clock.now() - 300 * DAY) / 1000,
      ]);
    });
    t.match((await verify(run)).problems, [{ kind: "event-missing", eventId: fresh }]);

    const year = 380 * DAY;
    await keepAuditMonths(db, run.clock.now() + year);
    const ahead = new Date(run.clock.now() + year).toISOString().slice(0, 7).replace("-", "_");
    t.ok((await pool.query("select to_regclass($1) as month", [`audit_events_${ahead}`])).rows[0].month !== null);
  },
);

t.test("S06: what cannot be recorded is not done", async (t) => {
  const run = await startProduct(t, { worker: false });
  const token = await run.appToken();
  const path = `/v1/users/${run.person("henrik").userPrincipalName}`;
  const before = (await run.call("GET", path, { token })).json.displayName;
  await asSuperuser(run, (client) => client.query("alter table audit_events add constraint closed check (type = '') not valid"));
  t.equal((await run.call("PATCH", path, { token, body: { displayName: "Else" } })).status, 500);
  t.equal((await run.call("GET", "/v1/audit-events/export", { token })).status, 500, "the log is not exported unseen");
  t.equal((await run.call("GET", path, { token })).json.displayName, before);
});
