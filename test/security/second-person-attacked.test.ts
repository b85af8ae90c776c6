import t from "tap";
import { forgetOldApprovals } from "../../src/administration/old-approvals.pg.ts";
import { approve, asked, leftOpen, policyOf, UNCHANGED, underTheRule, WEAKER, weaken } from "../administration/approval-walk.ts";
import { newAdministrator } from "../builders/administrator.ts";
import { anotherTenant, auditEvents, demoApplication } from "../builders/application.ts";
import { startProduct } from "../journeys/product.ts";

t.test("approving one's own", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  const id = await asked(anna);
  for (const wish of ["approve", "deny"])
    t.match(await anna.call("POST", `/v1/approvals/${id}/${wish}`), { status: 403, json: { code: "forbidden", missing: ["target"] } });
  t.match(await policyOf(bo), UNCHANGED);
});

t.test("approving without the right, as an application, from another organisation", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  const id = await asked(anna);
  const helpdesk = await newAdministrator(run, ["helpdeskAdministrator", "userAdministrator"]);
  const reader = await newAdministrator(run, ["globalReader"]);
  const app = await demoApplication(run);
  const foreign = await anotherTenant(run, "fabrikam.example");
  for (const who of [helpdesk, reader]) t.match(await approve(who, id), { status: 403, json: { missing: ["role"] } });
  t.match(await approve(app, id), { status: 403 });
  t.equal((await approve(foreign, id)).status, 404);
  for (const who of [helpdesk, reader, app, foreign]) {
    t.equal((await who.call("GET", `/v1/approvals/${id}`)).status, 404);
    t.strictSame((await who.call("GET", "/v1/approvals")).json.items, []);
    for (const path of ["withdraw", "acknowledge"]) t.equal((await who.call("POST", `/v1/approvals/${id}/${path}`)).status, 404);
  }
  t.match(await policyOf(bo), UNCHANGED);
  t.match((await bo.call("GET", `/v1/approvals/${id}`)).json, { state: "waiting" });
});

t.test("approving after the hour", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  const id = await asked(anna);
  await run.connection.pool.query("update approvals set expires_at = $1", [new Date(run.clock.now())]);
  t.match(await approve(bo, id), { status: 409, json: { code: "conflict" } });
  t.match((await bo.call("GET", `/v1/approvals/${id}`)).json, { state: "expired", mayDecide: false });
  t.match(await policyOf(bo), UNCHANGED);
  t.equal(await forgetOldApprovals(run.connection.db, run.clock.now(), 10), 1);
  t.match(await auditEvents(run, "approval.expire"), [{ outcome: "failure", details: { approvalId: id } }]);
  const { rows } = await run.connection.pool.query("select expires_at - created_at <= interval '1 hour' as within from approvals");
  t.strictSame(rows, [{ within: true }]);
});

t.test("approving with a session that was left open", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  const id = await asked(anna);
  const open = await leftOpen(run, bo);
  t.match((await open.call("GET", `/v1/approvals/${id}`)).json, { mayDecide: true });
  t.match(await approve(open, id), { status: 401, json: { code: "reauthentication-required" } });
  t.match((await open.call("GET", `/v1/approvals/${id}`)).json, { state: "waiting" });
});

t.test("approving many times at once decides once", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  const cia = await newAdministrator(run, ["globalAdministrator"]);
  const before = Number((await policyOf(anna)).version);
  for (let round = 0; round < 5; round++) {
    const id = await asked(anna, round % 2 === 0 ? WEAKER : { passwords: { minLength: 11 - round } });
    const answers = await Promise.all([bo, cia, bo, cia].map((who) => approve(who, id)));
    t.strictSame(answers.map(({ status }) => status).sort(), [200, 409, 409, 409]);
    if (round % 2 === 0) t.equal((await weaken(anna, UNCHANGED)).status, 200);
  }
  t.equal((await auditEvents(run, "approval.approve")).length, 5);
  t.equal(Number((await policyOf(anna)).version), before + 8);
});

t.test("approving and denying at once decides once", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  const cia = await newAdministrator(run, ["globalAdministrator"]);
  const id = await asked(anna);
  const [approved, denied] = await Promise.all([approve(bo, id), cia.call("POST", `/v1/approvals/${id}/deny`)]);
  t.strictSame([approved.status, denied.status].sort(), [200, 409]);
  t.match(await policyOf(bo), approved.status === 200 ? WEAKER : UNCHANGED);
});

t.test("the requester was demoted in between", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  const id = await asked(anna);
  await run.connection.pool.query("delete from user_roles where user_id = $1", [anna.id]);
  t.match(await approve(bo, id), { status: 403, json: { code: "forbidden", missing: ["role"] } });
  t.match(await policyOf(bo), UNCHANGED);
  t.match((await bo.call("GET", `/v1/approvals/${id}`)).json, { state: "withdrawn" });
  t.match(await auditEvents(run, "approval.withdraw"), [{ outcome: "blocked", reason: "requester-lost-right" }]);
  await run.connection.pool.query("insert into user_roles values ($1, 'globalAdministrator', now())", [anna.id]);
  t.equal((await approve(bo, id)).status, 409, "and does not come back with the role");
});

t.test("the requester was disabled or deleted in between", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  for (const change of ["enabled = false", "deleted_at = now()"]) {
    const cia = await newAdministrator(run, ["globalAdministrator"]);
    const id = await asked(cia);
    await run.connection.pool.query(`update users set ${change} where id = $1`, [cia.id]);
    t.equal((await approve(bo, id)).status, 403);
  }
  t.match(await policyOf(anna), UNCHANGED);
});

t.test("the approver was demoted in between", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  const id = await asked(anna);
  await run.connection.pool.query("update user_roles set role = 'userAdministrator' where user_id = $1", [bo.id]);
  t.equal((await approve(bo, id)).status, 403);
  await run.connection.pool.query("update user_roles set role = 'globalAdministrator' where user_id = $1", [bo.id]);
  await run.connection.pool.query("update users set break_glass = true where id = $1", [bo.id]);
  t.equal((await approve(bo, id)).status, 403, "an emergency account is no second person");
  t.match(await policyOf(anna), UNCHANGED);
});

t.test("an application that lost its scope in between", async (t) => {
  const run = await startProduct(t);
  const { bo } = await underTheRule(run);
  const app = await demoApplication(run);
  const id = await asked(app);
  t.match((await bo.call("GET", `/v1/approvals/${id}`)).json, { requestedBy: { kind: "app" } });
  await run.connection.pool.query("update apps set scopes = array_remove(scopes, 'policy:write')");
  t.equal((await approve(bo, id)).status, 403);
  t.match(await policyOf(bo), UNCHANGED);
});

t.test("flooding the others with wishes", async (t) => {
  const run = await startProduct(t);
  const { anna } = await underTheRule(run);
  for (let minLength = 8; minLength < 12; minLength++)
    for (const disclosure of ["helpful", "private"] as const)
      for (const history of [0, 1, 2].slice(0, disclosure === "helpful" ? 3 : 2))
        await weaken(anna, { disclosure, passwords: { minLength, history } });
  const answer = await weaken(anna, { notifications: { users: false } });
  t.match(answer, { status: 429, json: { code: "too-many-attempts" } });
  const { rows } = await run.connection.pool.query("select count(*)::int as count from approvals");
  t.strictSame(rows, [{ count: 20 }]);
});

t.test("flooding the others with wishes that are taken back at once", async (t) => {
  const run = await startProduct(t);
  const { anna } = await underTheRule(run);
  for (let wish = 0; wish < 20; wish++) t.equal((await anna.call("POST", `/v1/approvals/${await asked(anna)}/withdraw`)).status, 204);
  t.match(await weaken(anna), { status: 429, json: { code: "too-many-attempts" } });
  await run.connection.pool.query("update approvals set expires_at = $1", [new Date(run.clock.now())]);
  t.equal((await weaken(anna)).status, 202, "after the hour");
});

t.test("reading the result with a session that was left open", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  const id = await asked(anna);
  await approve(bo, id);
  t.ok((await anna.call("GET", `/v1/approvals/${id}`)).json.result);
  const open = await leftOpen(run, anna);
  const later = await open.call("GET", `/v1/approvals/${id}`);
  t.match(later, { status: 401, json: { code: "reauthentication-required" } });
  t.notOk(later.json.result);
});

t.test("the result is for whoever asked alone, is recorded, and goes", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  const id = await asked(anna);
  t.notOk((await approve(bo, id)).json.result);
  t.notOk((await bo.call("GET", `/v1/approvals/${id}`)).json.result);
  t.notOk((await bo.call("GET", "/v1/approvals")).json.items[0].result);
  t.ok((await anna.call("GET", `/v1/approvals/${id}`)).json.result);
  t.match(await auditEvents(run, "approval.result"), [{ actor: { id: anna.id } }]);
  t.equal((await bo.call("POST", `/v1/approvals/${id}/acknowledge`)).status, 404);
  t.equal((await anna.call("POST", `/v1/approvals/${id}/acknowledge`)).status, 204);
  t.notOk((await anna.call("GET", `/v1/approvals/${id}`)).json.result);
  t.equal((await anna.call("POST", `/v1/approvals/${id}/acknowledge`)).status, 404);

  const next = await asked(anna, { passwords: { minLength: 9 } });
  await approve(bo, next);
  await run.connection.pool.query("update approvals set result_until = $1 where id = $2", [new Date(run.clock.now()), next]);
  t.notOk((await anna.call("GET", `/v1/approvals/${next}`)).json.result, "a day later it is gone");
});
