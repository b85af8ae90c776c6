import t from "tap";
import { createSealer } from "../../src/keys/sealer.ts";
import { systemRandom } from "../../src/kit/random.ts";
import type { ImportedUser } from "../../src/users/import-file.ts";
import { planImport } from "../../src/users/import-plan.ts";
import { createImportStore } from "../../src/users/import-store.pg.ts";
import { demoApplication } from "../builders/application.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";

/** An import that has found and planned, and not yet written: time for others to come between. */
async function planned(run: StartedProduct, ...users: ImportedUser[]) {
  const { db } = run.connection;
  const store = createImportStore({ db, sealer: createSealer(run.keyring), random: systemRandom });
  const act = { tenantId: run.demo.tenant.id, actor: { kind: "app", id: "test" }, now: run.clock.now() } as const;
  const plan = async () => {
    const people = await store.find(
      act.tenantId,
      users.map(({ upnKey }) => upnKey),
    );
    return planImport(
      users.map((user, index) => ({ line: index + 2, user, phc: null })),
      people,
      await store.guardedGroups(act.tenantId),
      ({ type, value }) => `${type} ${value}`,
    );
  };
  const job = await store.begin(act);
  const first = await plan();
  return {
    plan,
    commit: async (made = first, now = act.now) => store.commit(job, made, { ...act, now }),
    job: () => store.read(act.tenantId, job),
  };
}

const person = (local: string, more: Partial<ImportedUser> = {}): ImportedUser => {
  const userPrincipalName = `${local}@contoso.example`;
  return { userPrincipalName, upnKey: userPrincipalName, domain: "contoso.example", methods: [], ...more };
};

t.test("a role granted between plan and write: plan again, and leave the person alone", async (t) => {
  const run = await startProduct(t, { worker: false });
  const { pool } = run.connection;
  const batch = await planned(
    run,
    person("henrik.dahl", { displayName: "Stolen", methods: [{ type: "email", value: "thief@private.example" }] }),
  );
  await pool.query(
    "insert into user_roles (user_id, role, granted_at) select id, 'billingAdministrator', now() from users where upn_key like 'henrik%'",
  );
  t.same(await batch.commit(), { outcome: "again" });
  const again = await batch.plan();
  t.match(again.rows, [{ outcome: "failed" }]);
  t.match(await batch.commit(again), { outcome: "committed" });
  t.match((await pool.query("select display_name from users where upn_key like 'henrik%'")).rows, [{ display_name: "Henrik Dahl" }]);
});

t.test("somebody deleted between plan and write stays deleted", async (t) => {
  const run = await startProduct(t, { worker: false });
  const batch = await planned(run, person("henrik.dahl", { displayName: "Back" }));
  await run.connection.pool.query("update users set deleted_at = now() where upn_key like 'henrik%'");
  t.same(await batch.commit(), { outcome: "again" });
  t.match((await batch.plan()).rows, [{ outcome: "failed" }]);
});

t.test("a name taken between plan and write: nothing of the batch is half done", async (t) => {
  const run = await startProduct(t, { worker: false });
  const { pool } = run.connection;
  const batch = await planned(run, person("anna", { groups: ["New"] }), person("bo", { displayName: "Bo" }));
  await pool.query(
    "insert into users select (jsonb_populate_record(u, jsonb_build_object('id', gen_random_uuid(), 'upn_key', 'bo@contoso.example'))).* from users u where upn_key like 'signe%'",
  );
  t.same(await batch.commit(), { outcome: "again" });
  t.match(await batch.job(), { total: 0, created: 0 });
  t.same((await pool.query("select 1 from users where upn_key like 'anna@%' union all select 1 from groups")).rows, []);
  t.match(await batch.commit(await batch.plan()), { outcome: "committed" });
  t.match(await batch.job(), { total: 2, created: 1, updated: 1 });
});

t.test("a job whose process died says so in the end, with true counts", async (t) => {
  const run = await startProduct(t, { worker: false });
  const app = await demoApplication(run);
  const batch = await planned(run, person("anna"));
  await batch.commit();
  const id = (await batch.job())?.id;
  const read = async () => (await app.call("GET", `/v1/import-jobs/${id}`)).json;
  t.match(await read(), { state: "running", total: 1, created: 1 });
  const later = async () => (await run.call("GET", `/v1/import-jobs/${id}`, { token: await run.appToken() })).json;
  run.clock.turn(50 * 60_000);
  const next = await batch.plan();
  await batch.commit({ ...next, rows: next.rows.map((row) => ({ ...row, line: 3 })) }, run.clock.now());
  t.match(await later(), { state: "running" }, "however long it takes, it is seen to write");
  run.clock.turn(9 * 60_000);
  t.match(await later(), { state: "running" });
  run.clock.turn(2 * 60_000);
  t.match(await later(), {
    state: "failed",
    total: 2,
    created: 1,
    detail: /./,
  });
});

t.test("a group removed between plan and write is made again", async (t) => {
  const run = await startProduct(t, { worker: false });
  const { pool } = run.connection;
  const seed = await planned(run, person("anna", { groups: ["Sales"] }));
  await seed.commit();
  const batch = await planned(run, person("bo", { groups: ["Sales"] }));
  await pool.query("delete from groups");
  t.match(await batch.commit(), { outcome: "committed" });
  t.equal((await pool.query("select 1 from group_members")).rowCount, 1);
});
