import t from "tap";
import { METHOD_TYPES } from "../../src/methods/method.ts";
import { type Application, anotherTenant, demoApplication } from "../builders/application.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";

/** People of every kind, from a fixed row of numbers, so that a failing test fails again. */
async function populate(run: StartedProduct, tenantId: string, domain: string, people: number): Promise<string[]> {
  const { pool } = run.connection;
  const at = new Date(run.clock.now());
  let state = 7;
  const roll = (sides: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % sides;
  };
  const ids: string[] = [];
  for (let index = 0; index < people; index++) {
    const name = `q${index}@${domain}`;
    const { rows } = await pool.query(
      `insert into users (id, tenant_id, user_principal_name, upn_key, enabled, licensed, directory_id, recovery_frozen_at, created_at, updated_at)
       values (gen_random_uuid(), $1, $2, $2, $3, $4, null, $5, $6, $6) returning id`,
      [tenantId, name, roll(8) > 0, roll(8) > 0, roll(8) > 0 ? null : at, at],
    );
    const id = rows[0].id;
    ids.push(id);
    for (const type of METHOD_TYPES)
      if (roll(3) === 0)
        await pool.query(
          `insert into authentication_methods
             (id, user_id, type, sealed_value, value_tag, hint, source, verified_at, usable_from, consecutive_failures, created_at)
           values (gen_random_uuid(), $1, $2, '', gen_random_uuid()::text, 'h***', $3, $4, $5, $6, $7)`,
          [
            id,
            type,
            roll(2) === 0 ? "admin" : "user",
            roll(3) === 0 ? null : at,
            [null, null, at, new Date(run.clock.now() + 60_000)][roll(4)],
            roll(6) === 0 ? 30 : roll(30),
            at,
          ],
        );
    const role = [null, null, null, null, "globalReader", "userAdministrator"][roll(6)];
    if (role) await pool.query("insert into user_roles (user_id, role, granted_at) values ($1, $2, $3)", [id, role, at]);
  }
  return ids;
}

async function group(run: StartedProduct, app: Application, name: string, members: readonly string[]): Promise<string> {
  const { id } = (await app.call("POST", "/v1/groups", { body: { name } })).json;
  // An application may not move administrators about.
  await run.connection.pool.query("insert into group_members (group_id, user_id) select $1, unnest($2::uuid[])", [id, members]);
  return id;
}

/** Who can reset, asked of one after the other. */
async function able(app: Application): Promise<Map<string, { canReset: boolean; reason: string | null }>> {
  const found = new Map<string, { canReset: boolean; reason: string | null }>();
  for (let cursor = ""; ; ) {
    const page = (await app.call("GET", `/v1/users?limit=100${cursor === "" ? "" : `&cursor=${cursor}`}`)).json;
    for (const { id } of page.items) found.set(id, (await app.call("GET", `/v1/users/${id}/reset-eligibility`)).json);
    if (page.nextCursor === null) return found;
    cursor = page.nextCursor;
  }
}

const patch = (app: Application, body: object) => app.call("PATCH", "/v1/policy", { body, headers: { "if-match": "*" } });

t.test("a preview says to the person what the change then does", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const ids = await populate(run, run.demo.tenant.id, run.demo.tenant.domain, 60);
  const third = (rest: number) => ids.filter((_, index) => index % 3 === rest);
  const inner = await group(run, app, "Inner", third(0));
  const outer = await group(run, app, "Outer", [...third(1).slice(0, 5), ...third(0).slice(0, 5)]);
  const nested = await app.call("PUT", `/v1/groups/${outer}/members/${inner}`);
  t.ok(nested.status < 300, nested.text);
  const other = await group(run, app, "Other", [...third(2), ...third(1).slice(0, 3)]);
  const steps: object[] = [
    { methodsRequired: 2 },
    { prefilledMethodsCount: false },
    { scope: "selected", groups: [other] },
    { groups: [other, inner] },
    { groups: [outer], methodsRequired: 1 },
    { methods: ["sms", "securityQuestions", "recoveryCode"], methodsRequired: 2 },
    { scope: "none" },
    { scope: "all", methods: ["email", "sms", "voice", "officePhone", "authenticatorApp", "recoveryCode", "securityQuestions"] },
    { twoPersonRule: false },
  ];
  let before = await able(app);
  t.equal(before.size, 66);
  for (const body of steps) {
    const preview = await app.call("POST", "/v1/policy/preview", { body });
    t.equal(preview.status, 200, preview.text);
    t.equal((await patch(app, body)).status, 200);
    const after = await able(app);
    const count = (want: (could: boolean, can: boolean) => boolean) =>
      [...after].filter(([id, { canReset }]) => want(before.get(id)?.canReset === true, canReset)).length;
    const loses = count((could, can) => could && !can);
    const { stranded, ...counts } = preview.json;
    t.same(
      counts,
      {
        canResetBefore: count((could) => could),
        canResetAfter: count((_, can) => can),
        gains: count((could, can) => !could && can),
        loses,
        unchanged: count((could, can) => could === can),
      },
      JSON.stringify(body),
    );
    t.equal(stranded.count, loses);
    const lost = [...after].filter(([id, { canReset }]) => before.get(id)?.canReset === true && !canReset);
    const named = (people: { id: string; reason: string | null }[]) => people.map(({ id, reason }) => `${id} ${reason}`).sort();
    t.same(named(stranded.sample), named(lost.map(([id, { reason }]) => ({ id, reason }))));
    before = after;
  }
});

t.test("a preview changes nothing, refuses what the change would refuse, and is about one organisation", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const other = await anotherTenant(run, "fabrikam.example");
  const theirs = await group(run, other, "Theirs", []);
  const before = await app.call("GET", "/v1/policy");
  t.equal((await app.call("POST", "/v1/policy/preview", { body: { scope: "none" } })).json.canResetAfter, 4, "administrators alone");
  t.same((await app.call("GET", "/v1/policy")).json, before.json);
  t.match((await app.call("POST", "/v1/policy/preview", { body: { groups: [theirs] } })).json, {
    status: 400,
    errors: [{ field: "/groups" }],
  });
  t.equal((await app.call("POST", "/v1/policy/preview", { body: { methodsRequired: 2, methods: ["sms", "voice"] } })).status, 400);
  t.equal((await app.call("POST", "/v1/policy/preview", { body: { methodsRequired: 0 } })).status, 400);
  const none = { canResetBefore: 0, canResetAfter: 0, gains: 0, loses: 0, unchanged: 0, stranded: { count: 0, sample: [] } };
  t.same((await other.call("POST", "/v1/policy/preview", { body: { scope: "none" } })).json, none);
});

t.test("of many who lose a hundred are named", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const { pool } = run.connection;
  const at = new Date(run.clock.now());
  await pool.query(
    `insert into users (id, tenant_id, user_principal_name, upn_key, licensed, created_at, updated_at)
     select gen_random_uuid(), $1, 'm' || n || '@contoso.example', 'm' || n || '@contoso.example', true, $2, $2 from generate_series(1, 150) n`,
    [run.demo.tenant.id, at],
  );
  await pool.query(
    `insert into authentication_methods (id, user_id, type, sealed_value, value_tag, hint, source, verified_at, created_at)
     select gen_random_uuid(), id, 'email', '', id::text, '', 'user', $1, $1 from users where upn_key like 'm%@contoso.example' and upn_key <> 'mirja.salo@contoso.example'`,
    [at],
  );
  const { json } = await app.call("POST", "/v1/policy/preview", { body: { methodsRequired: 2 } });
  t.match(json, { loses: 150, gains: 0, stranded: { count: 150 } });
  t.equal(json.stranded.sample.length, 100);
  t.ok(json.stranded.sample.every(({ reason }: { reason: string }) => reason === "too-few-methods"));
});
