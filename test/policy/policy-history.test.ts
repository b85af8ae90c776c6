import t from "tap";
import { newAdministrator } from "../builders/administrator.ts";
import { type Application, anotherTenant, auditEvents, demoApplication, newApplication } from "../builders/application.ts";
import { startProduct } from "../journeys/product.ts";

type Caller = Pick<Application, "call">;
const any = { "if-match": "*" };
const patch = (who: Caller, body: object, path = "/v1/policy") => who.call("PATCH", path, { body, headers: any });
const restore = (who: Caller, version: number | string, headers: Record<string, string> = any) =>
  who.call("POST", `/v1/policy/versions/${version}/restore`, { headers });
const versions = async (who: Caller, query = "") => (await who.call("GET", `/v1/policy/versions${query}`)).json;

t.test("every version is kept: who, when, what was and what is", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const first = await versions(app);
  t.match(first, { items: [{ version: 1, changedBy: { kind: "operator" }, changes: {}, policy: { scope: "all" } }], nextCursor: null });

  run.clock.turn(60_000);
  await patch(app, { methodsRequired: 2 });
  await patch(app, { methods: ["email", "sms"] }, "/v1/policy/administrators");
  const { items } = await versions(app);
  t.match(items, [
    {
      version: 3,
      changedBy: { kind: "app", id: app.id },
      changes: { "administrators.methods": { before: ["email", "sms", "authenticatorApp"], after: ["email", "sms"] } },
      administratorPolicy: { methods: ["email", "sms"] },
    },
    { version: 2, changes: { methodsRequired: { before: 1, after: 2 } }, changedAt: new Date(run.clock.now()).toISOString() },
    { version: 1 },
  ]);
  t.same(Object.keys(items[0].changes), ["administrators.methods"]);

  const page = await versions(app, "?limit=2");
  t.same(page.items, items.slice(0, 2));
  t.match(page.items[1], { changes: { methodsRequired: { before: 1, after: 2 } } }, "the last of a page knows the one before it");
  const next = await versions(app, `?limit=2&cursor=${page.nextCursor}`);
  t.same(next, { items: items.slice(2), nextCursor: null });
  for (const cursor of ["eA", "MA", "LTE"]) t.same((await versions(app, `?cursor=${cursor}`)).items, [], cursor);

  const other = await anotherTenant(run, "fabrikam.example");
  t.equal((await versions(other)).items.length, 1, "their own");
  t.equal((await (await newApplication(run, { scopes: ["users:read"] })).call("GET", "/v1/policy/versions")).status, 403);
});

t.test("an earlier version is restored as a change like any other", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const { id } = (await app.call("POST", "/v1/groups", { body: { name: "Pilot" } })).json;
  const one = (await versions(app)).items[0];
  await patch(app, { scope: "selected", groups: [id], passwords: { minLength: 16 } });
  await patch(app, { enabled: false }, "/v1/policy/administrators");
  t.equal((await restore(app, 1, { "if-match": '"2"' })).status, 412);
  for (const never of [4, 0, "01", "x", 999_999_999]) t.equal((await restore(app, never)).status, 404, String(never));
  run.clock.turn(1);
  const back = await restore(app, 1, { "if-match": '"3"' });
  t.equal(back.status, 200, back.text);
  t.equal(back.headers.get("etag"), '"4"');
  t.same(back.json, { version: 4, policy: one.policy, administratorPolicy: one.administratorPolicy });
  t.match((await auditEvents(run, "policy.change")).at(-1), {
    outcome: "success",
    actor: { kind: "app", id: app.id },
    details: { version: 4, restored: 1, weakened: ["scope", "passwords.minLength", "administrators.enabled"] },
  });
  t.equal((await restore(app, 1, {})).headers.get("etag"), '"4"', "what is so already makes no version; no If-Match is demanded");

  await app.call("DELETE", `/v1/groups/${id}`);
  t.match((await restore(app, 2)).json, { status: 400, errors: [{ field: "/groups" }] }, "a group that is gone cannot come back");
  const reader = await newApplication(run, { scopes: ["policy:read"] });
  t.equal((await restore(reader, 1)).status, 403);
});

t.test("a kept version below the floor cannot come back, and the attempt is on record", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  await patch(app, { methodsRequired: 2 });
  // The API makes none such; somebody with the database did.
  await run.connection.pool.query(
    `update policy_versions set administrator_policy = '{"enabled":true,"methodsRequired":1,"methods":["sms"]}'
    where tenant_id = $1 and version = 1`,
    [run.demo.tenant.id],
  );
  t.match((await restore(app, 1)).json, { status: 422, code: "two-gate-floor" });
  t.equal((await auditEvents(run, "policy.two-gate-floor")).length, 1);
  t.match((await app.call("GET", "/v1/policy")).json, { version: 2, methodsRequired: 2 });
});

t.test("administrators: off and on again, tightened and loosened down to the floor", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const path = "/v1/policy/administrators";
  for (const body of [
    { enabled: false },
    { enabled: true },
    { methods: ["email", "authenticatorApp"] },
    { methods: ["email", "sms", "voice", "officePhone", "authenticatorApp"] },
    { methods: ["sms", "email"] },
  ])
    t.match(await patch(app, body, path), { status: 200, json: { methodsRequired: 2, ...body } });
  t.equal((await patch(app, { methods: ["sms", "voice"] }, path)).status, 422);
});

t.test("two who change it at once: one does, the other is told, a hundred times", async (t) => {
  const run = await startProduct(t);
  const [one, two] = [await demoApplication(run), await newAdministrator(run, ["globalAdministrator"])];
  for (let version = 1; version <= 100; version++) {
    const headers = { "if-match": `"${version}"` };
    const answers = await Promise.all([
      one.call("PATCH", "/v1/policy", { body: { passwords: { lifetimeDays: version } }, headers }),
      two.call("PATCH", "/v1/policy", { body: { registration: { skipDays: 100 + version } }, headers }),
    ]);
    t.same(answers.map(({ status }) => status).sort(), [200, 412], `round ${version}`);
  }
  t.equal((await auditEvents(run, "policy.change")).length, 100);
});

t.test("whoever says that any version will do is never told that somebody was quicker", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => patch(app, { registration: { skipDays: 100 + index } })));
  t.same(new Set(answers.map(({ status }) => status)), new Set([200]));
  t.equal((await app.call("GET", "/v1/policy")).json.version, 13);
});

t.test("the two-person rule begins only where there are two, and then what weakens waits", async (t) => {
  const run = await startProduct(t);
  const anna = await newAdministrator(run, ["globalAdministrator"]);
  const others = "update users set enabled = false where id <> $1 and id in (select user_id from held_roles)";
  await run.connection.pool.query(others, [anna.id]);
  t.match((await patch(anna, { twoPersonRule: true })).json, { status: 409, code: "conflict", reason: "too-few-approvers" });
  const bo = await newAdministrator(run, ["globalAdministrator"]);
  await run.connection.pool.query("update users set break_glass = true where id = $1", [bo.id]);
  t.equal((await patch(anna, { twoPersonRule: true })).status, 409, "an account for emergencies is no second person");
  await run.connection.pool.query("update users set break_glass = false where id = $1", [bo.id]);
  t.match((await patch(anna, { twoPersonRule: true })).json, { twoPersonRule: true, version: 2 });

  t.equal((await patch(anna, { methodsRequired: 2 })).status, 200, "what tightens waits for nobody");
  for (const [path, body] of [
    ["/v1/policy", { methodsRequired: 1 }],
    ["/v1/policy", { twoPersonRule: false }],
    ["/v1/policy/administrators", { methods: ["email", "sms", "voice", "authenticatorApp"] }],
  ] as const)
    t.match(await patch(anna, body, path), { status: 202, json: { approvalId: String } }, JSON.stringify(body));
  const faulty = await patch(anna, { groups: ["11111111-2222-4333-8444-555555555555"], disclosure: "helpful" });
  t.equal(faulty.status, 400, "nobody is asked about what is refused anyway");
  const back = await restore(anna, 1);
  t.match(back, { status: 202, json: { approvalId: String } });
  t.match(await anna.call("GET", "/v1/policy"), { json: { version: 3, methodsRequired: 2, twoPersonRule: true } });
  const approved = await bo.call("POST", `/v1/approvals/${back.json.approvalId}/approve`);
  t.equal(approved.status, 200, approved.text);
  t.match((await anna.call("GET", "/v1/policy")).json, { version: 4, methodsRequired: 1, twoPersonRule: false });
  t.match((await versions(anna)).items[0], { version: 4, changedBy: { kind: "user", id: anna.id } });
});
