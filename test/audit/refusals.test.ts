import t from "tap";
import { newAdministrator, newPerson } from "../builders/administrator.ts";
import { newApplication } from "../builders/application.ts";
import { startProduct } from "../journeys/product.ts";
import { signIn } from "../journeys/reset-steps.ts";

t.test("S02: who is known and calls what they may not is on the record, once a minute for each call", async (t) => {
  const run = await startProduct(t);
  const target = await newPerson(run);
  const plain = await newPerson(run);
  const helpdesk = await newAdministrator(run, ["helpdeskAdministrator"]);
  const reader = await newApplication(run, { scopes: ["users:read"] });
  const path = `/v1/users/${target.id}`;
  for (let turn = 0; turn < 3; turn++) {
    t.equal((await helpdesk.call("PATCH", path, { body: { displayName: "x" } })).status, 403);
    t.equal((await reader.call("PATCH", path, { body: { displayName: "x" } })).status, 403);
    t.equal((await reader.call("GET", "/v1/policy")).status, 403);
  }
  t.equal((await reader.call("PATCH", `/v1/users/${plain.userPrincipalName}`, { body: {} })).status, 403);
  const refused = async () =>
    (
      await run.connection.pool.query(
        "select reason, actor, tenant_id, details from audit_events where type = 'administration.refused' order by at, id",
      )
    ).rows;
  const rows = await refused();
  t.equal(rows.length, 4);
  t.ok(rows.every(({ tenant_id }) => tenant_id === run.demo.tenant.id));
  const about = { call: "PATCH /v1/users/:id", target: target.id };
  t.ok(
    rows.some(
      ({ reason, actor, details }) =>
        reason === "role" && actor.id === helpdesk.id && details.call === about.call && details.target === about.target,
    ),
  );
  t.ok(rows.some(({ reason, actor, details }) => reason === "scope" && actor.id === reader.id && details.call === "GET /v1/policy"));
  t.notMatch(JSON.stringify(rows), plain.userPrincipalName, "no name");
  run.clock.turn(60_001);
  await reader.call("GET", "/v1/policy");
  t.equal((await refused()).filter(({ details }) => details.call === "GET /v1/policy").length, 2);
  t.equal((await run.call("GET", "/v1/policy")).status, 401);
});

t.test("S01: every sign-in is on the record, good or bad, and a lock once", async (t) => {
  const run = await startProduct(t, { worker: false, env: { LIMITS_FACTOR: "1" } });
  const person = await newPerson(run);
  const disabled = await newPerson(run, { enabled: false });
  const events = async () => {
    const { rows } = await run.connection.pool.query(
      "select type, outcome, reason, actor->>'kind' as actor, user_id, tenant_id from audit_events where type like 'sign-in.%' order by at, id",
    );
    return rows;
  };
  await signIn(run, person.userPrincipalName, "wrong");
  run.clock.turn(1);
  await signIn(run, disabled.userPrincipalName, disabled.password);
  run.clock.turn(1);
  await signIn(run, "nobody.there@contoso.example", "wrong");
  run.clock.turn(1);
  await signIn(run, "nobody@elsewhere.example", "wrong");
  run.clock.turn(1);
  t.equal((await signIn(run, person.userPrincipalName, person.password)).status, 200);
  const tenant_id = run.demo.tenant.id;
  t.match(await events(), [
    { type: "sign-in.failed", outcome: "failure", reason: "wrong-password", actor: "anonymous", user_id: person.id, tenant_id },
    { type: "sign-in.failed", reason: "account-disabled", user_id: disabled.id, tenant_id },
    { type: "sign-in.failed", reason: "unknown-name", user_id: null, tenant_id },
    { type: "sign-in.failed", reason: "unknown-name", user_id: null, tenant_id: null },
    { type: "sign-in.complete", outcome: "success", reason: null, actor: "user", user_id: person.id, tenant_id },
  ]);
  const other = await newPerson(run);
  for (let turn = 0; turn < 14; turn++) {
    run.clock.turn(1);
    await signIn(run, other.userPrincipalName, `wrong ${turn}`);
  }
  const about = (await events()).filter(({ user_id }) => user_id === other.id).map(({ type }) => type);
  t.same(about, [...Array(10).fill("sign-in.failed"), "sign-in.locked"]);
});
