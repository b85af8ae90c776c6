import t from "tap";
import { createAskPolicySpread } from "../../src/presence/ask-policy-spread.pg.ts";
import { anotherTenant, demoApplication, newApplication } from "../builders/application.ts";
import { startProduct, until } from "../journeys/product.ts";

t.test("a process tells that it is there and which version of each organisation's policy it reads", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const other = await anotherTenant(run, "fabrikam.example");
  const spread = async (caller = app) => (await caller.call("GET", "/v1/policy/spread")).json;
  await until(async () => (await spread()).items.length === 1);
  await app.call("PATCH", "/v1/policy", { body: { scope: "none" }, headers: { "if-match": "*" } });
  t.match(await spread(), { version: 2, items: [{ role: "all", version: 2, follows: true, startedAt: String, seenAt: String }] });
  t.match(await spread(other), { version: 1, items: [{ version: 1, follows: true }] });
  t.equal((await (await newApplication(run, { scopes: ["users:read"] })).call("GET", "/v1/policy/spread")).status, 403);
  const { rows } = await run.connection.pool.query("select 1 from spread_questions union all select 1 from spread_answers");
  t.same(rows, [], "nothing is left behind");
});

t.test("nobody waits for a process that is silent longer than a second", async (t) => {
  const run = await startProduct(t);
  const { db, pool } = run.connection;
  await pool.query("insert into processes (id, role) values (gen_random_uuid(), 'worker')");
  let waited = 0;
  const wait = async (ms: number) => {
    waited += ms;
  };
  const ask = createAskPolicySpread({ db, policyVersion: async () => 7, wait });
  const { version, processes } = await ask(run.demo.tenant.id);
  t.equal(version, 7);
  t.equal(waited, 1_000);
  t.match(
    processes.filter(({ role }) => role === "worker"),
    [{ version: null, follows: false }],
  );
});
