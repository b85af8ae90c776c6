import t from "tap";
import { newAdministrator } from "../builders/administrator.ts";
import { demoApplication } from "../builders/application.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import { setPassword, signIn } from "../journeys/reset-steps.ts";
import { everyOperation, filled } from "./administration-operations.ts";
import { ALLOWED } from "./allowed-queries.ts";
import { password, provedReset } from "./proved-reset.ts";
import { createQueryGuard, plain } from "./query-guard.ts";
import { prey } from "./tenant-prey.ts";

/** What people, administrators, applications and jobs do in a tenant, so that its statements are seen. */
async function everyday(run: StartedProduct): Promise<void> {
  await prey(run);
  const reset = await provedReset(run, "henrik");
  await setPassword(run, reset, password(1));
  await run.settled();
  const person = (await signIn(run, run.person("henrik").userPrincipalName, password(1))).json.accessToken;
  const app = await demoApplication(run);
  const admin = await newAdministrator(run, ["globalAdministrator"]);
  const user = (await app.call("GET", `/v1/users/${run.person("signe").userPrincipalName}`)).json.id;
  const { items } = (await app.call("GET", "/v1/groups")).json;
  for (const operation of everyOperation(run)) {
    if (operation.method === "DELETE" || operation.path.includes("/events") || operation.path === "/v1/sign-out") continue;
    const id = operation.path.startsWith("/v1/groups") ? items[0].id : user;
    const path = filled(operation, { id, memberId: user, role: "directoryReaders", methodId: user });
    const body = operation.body === null ? {} : { body: {} };
    for (const token of [admin.token, person]) await run.call(operation.method, path, { ...body, token, headers: { "if-match": "*" } });
  }
  await run.settled();
}

t.test("no statement of ours forgets its tenant", { timeout: 120_000 }, async (t) => {
  const seen = new Set<string>();
  const run = await startProduct(t, { onQuery: (sql) => void seen.add(sql) });
  await everyday(run);
  t.ok(seen.size > 150, `${seen.size} different statements`);
  const guard = await createQueryGuard(run, ALLOWED);
  const faults = [...new Set([...seen].flatMap((sql) => guard(sql) ?? []))].sort();
  for (const fault of faults) t.fail(fault);
  t.equal(faults.length, 0);
  for (const { statement, reason } of ALLOWED) {
    t.ok(
      [...seen].some((sql) => statement.test(plain(sql))),
      `${statement} is sent (${reason})`,
    );
  }
});

t.test("the guard sees what is missing", async (t) => {
  const run = await startProduct(t, { worker: false });
  const guard = await createQueryGuard(run, []);
  const missing = [
    "select * from users where enabled",
    'select "tenant_id" from "groups" where "id" = $1',
    "update users set enabled = false where id = $1",
    "delete from help_requests where id = $1",
    "insert into apps (id, name) values ($1, $2)",
    "select count(*) from group_members",
    "select u.id from tenants t join users u on u.enabled -- where u.tenant_id = $1",
    "with x as (select id from import_jobs) select * from x",
  ];
  for (const sql of missing) t.match(guard(sql), /without/, sql);
  const good = [
    "select * from users where tenant_id = $1",
    'select * from "groups" where "tenant_id" = $1 and "id" = $2',
    "select * from users u join tenants t on t.id = u.tenant_id where t.id = $1",
    "insert into apps (id, tenant_id, name) values ($1, $2, $3)",
    "select role from user_roles where user_id = $1",
    "insert into group_members (group_id, user_id) values ($1, $2)",
    "select 1",
  ];
  for (const sql of good) t.equal(guard(sql), null, sql);
  t.equal((await createQueryGuard(run, [{ statement: /^select \* from users where enabled$/, reason: "a test" }]))(missing[0] ?? ""), null);
});

t.test("PostgreSQL itself ties nothing of two tenants together, whoever writes it", async (t) => {
  const run = await startProduct(t, { worker: false });
  const { pool } = run.connection;
  const [a, b] = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];
  for (const [id, letter] of [
    [a, "a"],
    [b, "b"],
  ]) {
    await pool.query(
      `insert into tenants (id, name, plan, policy, administrator_policy, created_at)
       select $1, $2, plan, policy, administrator_policy, now() from tenants limit 1`,
      [id, letter],
    );
    await pool.query(
      "insert into users (id, tenant_id, user_principal_name, upn_key, created_at, updated_at) values ($1, $1, $2, $2, now(), now())",
      [id, `x@${letter}.example`],
    );
    await pool.query("insert into groups (id, tenant_id, name, name_key, created_at) values ($1, $1, 'G', 'g', now())", [id]);
  }
  const refused = (sql: string, values: unknown[]) => t.rejects(pool.query(sql, values), { code: "23000" }, sql);
  await refused("insert into group_members values ($1, $2)", [a, b]);
  await refused("insert into group_children values ($1, $2)", [a, b]);
  await refused(
    `insert into one_time_links (id, purpose, tenant_id, user_id, created_at, expires_at) values ('l', 'not-me', $1, $2, now(), now())`,
    [a, b],
  );
  await refused("insert into completed_resets values ('f', 'h', $1, $2, now())", [a, b]);
  await refused(
    `insert into help_requests (id, tenant_id, user_id, support_code, requested_at, last_requested_at, last_request_id)
     values ('h', $1, $2, 's', now(), now(), 'h')`,
    [a, b],
  );
  await refused("update users set tenant_id = $2 where id = $1", [a, b]);
  await refused("update groups set tenant_id = $2 where id = $1", [a, b]);
  await pool.query("insert into group_members values ($1, $1)", [a]);
});
