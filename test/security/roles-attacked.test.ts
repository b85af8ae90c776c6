import t from "tap";
import { type Administrator, newAdministrator, newPerson } from "../builders/administrator.ts";
import { anotherTenant, auditEvents, demoApplication, newApplication } from "../builders/application.ts";
import { type StartedProduct, startProduct, until } from "../journeys/product.ts";
import { proveTo } from "../journeys/second-step-walk.ts";

async function rolesOf(run: StartedProduct, id: string): Promise<string[]> {
  const { rows } = await run.connection.pool.query("select role from held_roles where user_id = $1 order by role", [id]);
  return rows.map(({ role }) => role);
}

async function groupOf(by: Administrator, name: string, roles: readonly string[] = []): Promise<string> {
  const made = await by.call("POST", "/v1/groups", { body: { name, roleAssignable: true } });
  if (made.status !== 201) throw new Error(made.text);
  for (const role of roles) await by.call("PUT", `/v1/groups/${made.json.id}/roles/${role}`);
  return made.json.id;
}

/** The organisation's only Global Administrators are those that a test makes. */
async function alone(run: StartedProduct): Promise<void> {
  await run.connection.pool.query("delete from user_roles where role = 'globalAdministrator'");
}

t.test("roles are granted and taken by whoever may, on the record, and felt at the next call", async (t) => {
  const run = await startProduct(t);
  const global = await newAdministrator(run, ["globalAdministrator"]);
  const person = await newAdministrator(run, []);
  t.equal((await person.call("GET", "/v1/users")).status, 403);
  const path = `/v1/users/${person.userPrincipalName}/roles/helpdeskAdministrator`;
  t.equal((await global.call("PUT", path)).status, 204);
  t.equal((await global.call("PUT", path)).status, 204, "again is no news");
  t.match(
    await person.call("GET", "/v1/users"),
    { status: 401, json: { code: "reauthentication-required" } },
    "the password alone was enough before",
  );
  t.equal((await proveTo(run, person.token, "email", person.contacts[0]?.value ?? "")).status, 200);
  t.equal((await person.call("GET", "/v1/users")).status, 200);
  t.equal((await global.call("DELETE", path)).status, 204);
  t.equal((await person.call("GET", "/v1/users")).status, 403);
  t.equal((await global.call("DELETE", path)).status, 404);
  t.equal((await global.call("PUT", `/v1/users/${person.id}/roles/emperor`)).status, 400);
  t.equal((await global.call("PUT", "/v1/users/nobody@contoso.example/roles/helpdeskAdministrator")).status, 404);
  for (const type of ["role.grant", "role.revoke"]) {
    const events = await auditEvents(run, type);
    t.match(events, [{ actor: { kind: "user", id: global.id }, user_id: person.id, details: { role: "helpdeskAdministrator" } }], type);
  }
});

t.test("self-grant: nobody raises themselves, directly or by a group", async (t) => {
  const run = await startProduct(t);
  const global = await newAdministrator(run, ["globalAdministrator"]);
  const granter = await newAdministrator(run, ["privilegedRoleAdministrator"]);
  const empty = await groupOf(global, "Empty");
  const full = await groupOf(global, "Full", ["userAdministrator"]);
  t.equal((await global.call("PUT", `/v1/groups/${empty}/members/${granter.id}`)).status, 204);
  for (const [path, what] of [
    [`/v1/users/${granter.id}/roles/userAdministrator`, "a role"],
    [`/v1/groups/${full}/members/${granter.id}`, "into a group with a role"],
    [`/v1/groups/${full}/members/${granter.userPrincipalName}`, "by name"],
    [`/v1/groups/${empty}/roles/userAdministrator`, "a role for a group they are in"],
  ] as const)
    t.match((await granter.call("PUT", path)).json, { status: 403, missing: ["target"] }, what);
  t.same(await rolesOf(run, granter.id), ["privilegedRoleAdministrator"]);
});

t.test("upward grant: a Privileged Role Administrator neither makes nor topples the three highest", async (t) => {
  const run = await startProduct(t);
  const global = await newAdministrator(run, ["globalAdministrator"]);
  const granter = await newAdministrator(run, ["privilegedRoleAdministrator"]);
  const friend = await newPerson(run);
  for (const role of ["globalAdministrator", "privilegedRoleAdministrator", "privilegedAuthenticationAdministrator"]) {
    const holder = await newPerson(run, { roles: [role] });
    const group = await groupOf(global, `Of ${role}`, [role]);
    const bare = await groupOf(global, `For ${role}`);
    const upward = { status: 403, missing: ["role"] };
    t.match((await granter.call("PUT", `/v1/users/${friend.id}/roles/${role}`)).json, upward, role);
    t.match((await granter.call("DELETE", `/v1/users/${holder.id}/roles/${role}`)).json, upward, role);
    t.match((await granter.call("PUT", `/v1/groups/${group}/members/${friend.id}`)).json, upward, role);
    t.match((await granter.call("PUT", `/v1/groups/${bare}/roles/${role}`)).json, upward, role);
    t.match((await granter.call("DELETE", `/v1/groups/${group}/roles/${role}`)).json, upward, role);
    t.match((await granter.call("DELETE", `/v1/groups/${group}`)).json, upward, role);
    t.equal((await global.call("PUT", `/v1/users/${friend.id}/roles/${role}`)).status, 204);
    t.equal((await global.call("DELETE", `/v1/users/${friend.id}/roles/${role}`)).status, 204);
  }
  t.equal((await granter.call("PUT", `/v1/users/${friend.id}/roles/userAdministrator`)).status, 204);
  t.same(await rolesOf(run, friend.id), ["userAdministrator"]);
  for (const role of ["userAdministrator", "privilegedAuthenticationAdministrator", "securityAdministrator"]) {
    const by = await newAdministrator(run, [role]);
    t.match((await by.call("PUT", `/v1/users/${friend.id}/roles/directoryReaders`)).json, { status: 403, missing: ["role"] }, role);
  }
});

t.test("a demoted grantor finishes nothing: the roles of the end count", async (t) => {
  const run = await startProduct(t);
  const global = await newAdministrator(run, ["globalAdministrator"]);
  const granter = await newAdministrator(run, ["privilegedRoleAdministrator"]);
  const friend = await newPerson(run);
  const holding = await run.connection.pool.connect();
  await holding.query("begin");
  await holding.query("select 1 from users where id = $1 for update", [friend.id]);
  // Let in as an administrator; now it waits for the friend's row.
  const granting = granter.call("PUT", `/v1/users/${friend.id}/roles/userAdministrator`);
  await waits(run, 1);
  const demoting = global.call("DELETE", `/v1/users/${granter.id}/roles/privilegedRoleAdministrator`);
  await waits(run, 2);
  // Grants and demotions are in one line: whoever is first is first. So the demotion is done past the line here.
  await holding.query("delete from user_roles where user_id = $1", [granter.id]);
  await holding.query("commit");
  holding.release();
  t.match((await granting).json, { status: 403, missing: ["role"] });
  t.equal((await demoting).status, 404, "gone already");
  t.same(await rolesOf(run, friend.id), []);
});

/** Until so many statements wait for a lock. */
async function waits(run: StartedProduct, count: number): Promise<void> {
  const sql = "select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  await until(async () => (await run.connection.pool.query(sql)).rows[0].count >= count);
}

t.test("the last Global Administrator is not demoted, disabled, removed or offboarded, by whichever way", async (t) => {
  const run = await startProduct(t);
  await alone(run);
  const last = await newAdministrator(run, ["globalAdministrator"]);
  // Disabled: not one who could help.
  const away = await newPerson(run, { roles: ["globalAdministrator"] });
  t.equal((await last.call("PATCH", `/v1/users/${away.id}`, { body: { enabled: false } })).status, 200);
  const other = await newAdministrator(run, ["privilegedAuthenticationAdministrator"]);
  const path = `/v1/users/${last.id}`;
  for (const [method, of, body] of [
    ["PATCH", "", { enabled: false }],
    ["DELETE", ""],
    ["POST", "/offboard"],
  ] as const) {
    const answer = await other.call(method, `${path}${of}`, body === undefined ? {} : { body });
    t.match(answer.json, { status: 409, code: "conflict", detail: /last Global Administrator/ }, `${method} ${of}`);
  }
  t.equal((await last.call("GET", "/v1/users")).status, 200, "nothing of it was done");

  // By a group: taken out of it, its role taken, the group removed.
  const second = await newAdministrator(run, ["globalAdministrator"]);
  const group = await groupOf(second, "Globals");
  const member = await newPerson(run);
  t.equal((await second.call("PUT", `/v1/groups/${group}/members/${member.id}`)).status, 204);
  t.equal((await second.call("PUT", `/v1/groups/${group}/roles/globalAdministrator`)).status, 204);
  t.equal((await second.call("DELETE", `${path}/roles/globalAdministrator`)).status, 204);
  await run.connection.pool.query("update users set enabled = false where id = $1", [second.id]);
  const refused = await other.call("PATCH", `/v1/users/${member.id}`, { body: { enabled: false } });
  t.match(refused.json, { status: 409 }, "a Global Administrator by a group alone counts as one");
  await run.connection.pool.query("update users set enabled = true where id = $1", [second.id]);
  await run.connection.pool.query("update users set deleted_at = now() where id = $1", [second.id]);
  t.equal((await other.call("DELETE", `/v1/users/${member.id}`)).status, 409);
});

t.test("the last two Global Administrators unmake each other at once: one stays", async (t) => {
  const run = await startProduct(t);
  const by: Administrator[] = [];
  for (let round = 0; round < 4; round += 1) {
    await alone(run);
    by.splice(0, 2, await newAdministrator(run, ["globalAdministrator"]), await newAdministrator(run, ["globalAdministrator"]));
    const [one, two] = by;
    if (one === undefined || two === undefined) throw new Error("nobody");
    const ways = [
      (a: Administrator, b: Administrator) => a.call("DELETE", `/v1/users/${b.id}/roles/globalAdministrator`),
      (a: Administrator, b: Administrator) => a.call("DELETE", `/v1/users/${b.id}`),
      (a: Administrator, b: Administrator) => a.call("PATCH", `/v1/users/${b.id}`, { body: { enabled: false } }),
      (a: Administrator, b: Administrator) => a.call("POST", `/v1/users/${b.id}/offboard`),
    ];
    const [first, second] = [ways[round], ways[(round + 1) % 4]];
    const answers = await Promise.all([first?.(one, two), second?.(two, one)]);
    const done = answers.filter((answer) => (answer?.status ?? 500) < 300).length;
    t.equal(done, 1, `round ${round}: ${answers.map((answer) => answer?.status)}`);
    const { rows } = await run.connection.pool.query(
      "select 1 from users u join held_roles r on r.user_id = u.id where r.role = 'globalAdministrator' and u.enabled and u.deleted_at is null",
    );
    t.equal(rows.length, 1);
  }
});

t.test("an application grants nothing, with every scope: no role, no group that roles can be given to, nobody in one", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const global = await newAdministrator(run, ["globalAdministrator"]);
  const [person, member] = [await newPerson(run), await newPerson(run)];
  const group = await groupOf(global, "Power", ["userAdministrator"]);
  t.equal((await global.call("PUT", `/v1/groups/${group}/members/${member.id}`)).status, 204);
  const before = await rolesOf(run, member.id);
  for (const [method, path, body] of [
    ["PUT", `/v1/users/${person.id}/roles/directoryReaders`],
    ["DELETE", `/v1/users/${global.id}/roles/globalAdministrator`],
    ["PUT", `/v1/groups/${group}/roles/directoryReaders`],
    ["DELETE", `/v1/groups/${group}/roles/userAdministrator`],
    ["POST", "/v1/groups", { name: "Mine", roleAssignable: true }],
    ["PUT", `/v1/groups/${group}/members/${person.id}`],
    ["DELETE", `/v1/groups/${group}/members/${member.id}`],
    ["PATCH", `/v1/groups/${group}`, { name: "Renamed" }],
    ["DELETE", `/v1/groups/${group}`],
    ["PATCH", `/v1/users/${member.id}`, { displayName: "Mine" }],
    ["PATCH", `/v1/users/${person.id}`, { breakGlass: true }],
  ] as const) {
    const answer = await app.call(method, path, body === undefined ? {} : { body });
    t.match(answer.json, { status: 403, code: "forbidden" }, `${method} ${path}`);
  }
  const made = await app.call("POST", "/v1/users", { body: { userPrincipalName: "new@contoso.example", groups: [group] } });
  t.match(made.json, { status: 400, errors: [{ field: "/groups" }] });
  t.equal(
    (await app.call("POST", "/v1/users", { body: { userPrincipalName: "x@contoso.example", roles: ["globalAdministrator"] } })).status,
    400,
  );
  const csv = [
    "userPrincipalName,displayName,groups",
    "newcomer@contoso.example,N,power",
    `${person.userPrincipalName},P,Power`,
    `${member.userPrincipalName},M,`,
  ];
  const job = await app.call("POST", "/v1/users/import", { body: csv.join("\n"), headers: { "content-type": "text/csv" } });
  t.match(job.json, { total: 3, failed: 3 });
  t.same(await rolesOf(run, member.id), before);
  t.same(await rolesOf(run, person.id), []);
});

t.test("adding oneself, or anybody, to a role-assignable group takes roles:write, not groups:write", async (t) => {
  const run = await startProduct(t);
  const global = await newAdministrator(run, ["globalAdministrator"]);
  const groups = await newAdministrator(run, ["groupsAdministrator"]);
  const granter = await newAdministrator(run, ["privilegedRoleAdministrator"]);
  const friend = await newPerson(run);
  const group = await groupOf(global, "Power");
  const plain = (await groups.call("POST", "/v1/groups", { body: { name: "Plain" } })).json.id;
  for (const [method, path, body] of [
    ["PUT", `/v1/groups/${group}/members/${groups.id}`],
    ["PUT", `/v1/groups/${group}/members/${friend.id}`],
    ["PATCH", `/v1/groups/${group}`, { name: "Mine" }],
    ["DELETE", `/v1/groups/${group}`],
    ["POST", "/v1/groups", { name: "More", roleAssignable: true }],
  ] as const)
    t.match((await groups.call(method, path, body === undefined ? {} : { body })).json, { status: 403 }, `${method} ${path}`);
  t.equal((await granter.call("PUT", `/v1/groups/${group}/members/${friend.id}`)).status, 204);
  t.match((await granter.call("PUT", `/v1/groups/${plain}/members/${friend.id}`)).json, { status: 403 }, "ordinary ones take groups:write");
  t.equal((await groups.call("PUT", `/v1/groups/${plain}/members/${groups.id}`)).status, 204);

  t.equal((await global.call("PUT", `/v1/groups/${plain}/roles/userAdministrator`)).status, 409, "it was not made for roles");
  t.equal((await global.call("PUT", `/v1/groups/${group}/members/${plain}`)).status, 409, "no group is in it");
  t.equal((await global.call("PUT", `/v1/groups/${plain}/members/${group}`)).status, 409, "and it is in none");
  t.match((await global.call("GET", `/v1/groups/${group}`)).json, { name: "Power", roleAssignable: true, roles: [] });
  t.equal((await global.call("PATCH", `/v1/groups/${plain}`, { body: { name: "Plain", roleAssignable: true } })).status, 400);
});

t.test("K12: no role of one organisation is changed from another", async (t) => {
  const run = await startProduct(t);
  const other = await anotherTenant(run, "fabrikam.example");
  const { rows } = await run.connection.pool.query("select tenant_id from tenant_domains where domain = 'fabrikam.example'");
  const stranger = await newAdministrator(run, ["globalAdministrator"], { tenantId: rows[0].tenant_id, domain: "fabrikam.example" });
  const global = await newAdministrator(run, ["globalAdministrator"]);
  const target = await newPerson(run, { roles: ["directoryReaders"] });
  const group = await groupOf(global, "Power", ["directoryReaders"]);
  for (const [method, path] of [
    ["PUT", `/v1/users/${target.id}/roles/userAdministrator`],
    ["DELETE", `/v1/users/${target.id}/roles/directoryReaders`],
    ["PUT", `/v1/groups/${group}/roles/userAdministrator`],
    ["DELETE", `/v1/groups/${group}/roles/directoryReaders`],
    ["PUT", `/v1/groups/${group}/members/${stranger.id}`],
    ["POST", `/v1/users/${target.id}/offboard`],
    ["DELETE", `/v1/users/${target.userPrincipalName}`],
    ["POST", `/v1/users/${target.id}/unlock`],
  ] as const)
    t.equal((await stranger.call(method, path)).status, 404, `${method} ${path}`);
  t.equal((await other.call("POST", `/v1/users/${target.id}/offboard`)).status, 404);
  t.equal((await newApplication(run).then((app) => app.call("PUT", `/v1/users/${target.id}/roles/userAdministrator`))).status, 403);
  t.same(await rolesOf(run, target.id), ["directoryReaders"]);
});
