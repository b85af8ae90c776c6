import t from "tap";
import { newAdministrator, newPerson } from "../builders/administrator.ts";
import { type Application, anotherTenant, demoApplication, newApplication } from "../builders/application.ts";
import { startProduct } from "../journeys/product.ts";
import { signIn } from "../journeys/reset-steps.ts";

type Rule = { rule: string; outcome: string; detail: string };
const explain = (app: Pick<Application, "call">, user: string, query = "") =>
  app.call("GET", `/v1/users/${user}/reset-eligibility${query}`);
const ruleOf = (trace: readonly Rule[], rule: string) => trace.find((one) => one.rule === rule);

t.test("a help desk is told why, by the rules that decide", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const helpdesk = await newAdministrator(run, ["helpdeskAdministrator"]);
  const henrik = run.person("henrik").userPrincipalName;
  const yes = await explain(helpdesk, henrik);
  t.match(yes.json, { canReset: true, reason: null, microsoftCode: null, gatesRequired: 1, policy: "user" });
  t.match(yes.json.methodsUsable, [
    { method: "email", hint: /•/ },
    { method: "sms", hint: /•/ },
  ]);
  t.notMatch(yes.text, /henrik\.dahl@private\.example|\+46701740609/, "masked");

  const { id } = (await app.call("POST", "/v1/groups", { body: { name: "Pilot" } })).json;
  await app.call("PATCH", "/v1/policy", { body: { scope: "selected", groups: [id] }, headers: { "if-match": "*" } });
  const no = (await explain(helpdesk, henrik)).json;
  t.match(no, { canReset: false, reason: "not-in-scope", microsoftCode: "SSPR_0013" });
  t.match(ruleOf(no.trace, "group"), { outcome: "failed", detail: "The person is in no selected group (selected: Pilot)." });
  await app.call("PUT", `/v1/groups/${id}/members/${henrik}`);
  t.match(ruleOf((await explain(helpdesk, henrik)).json.trace, "group"), { outcome: "passed", detail: "The person is in Pilot." });
  t.match((await explain(app, run.person("signe").userPrincipalName)).json, { canReset: false, reason: "not-in-scope" });
});

t.test("as=user judges an administrator as anybody", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const mirja = run.person("mirja").userPrincipalName;
  t.match((await explain(app, mirja)).json, { policy: "administrator", gatesRequired: 2, canReset: true });
  t.match((await explain(app, mirja, "?as=user")).json, { policy: "user", gatesRequired: 1, canReset: true });
  await app.call("PATCH", "/v1/policy", { body: { scope: "none" }, headers: { "if-match": "*" } });
  t.match((await explain(app, mirja)).json, { canReset: true });
  t.match((await explain(app, mirja, "?as=user")).json, { canReset: false, reason: "self-service-off", microsoftCode: "SSPR_0009" });
  for (const query of ["?as=admin", "?as=", "?as=user&as=user", "?roles=none"])
    t.equal((await explain(app, mirja, query)).status, 400, query);
});

t.test("each state of an account has its answer", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const person = await newPerson(run);
  const at = new Date(run.clock.now());
  const { pool } = run.connection;
  const cases: [string, string][] = [
    ["update users set enabled = false where id = $1", "account-disabled"],
    ["update users set enabled = true, licensed = false where id = $1", "not-licensed"],
    ["update users set licensed = true where id = $1", ""],
    ["update authentication_methods set consecutive_failures = 30 where user_id = $1", "too-few-methods"],
    [
      "update authentication_methods set consecutive_failures = 0, verified_at = null, source = 'user' where user_id = $1",
      "too-few-methods",
    ],
  ];
  for (const [change, reason] of cases) {
    await pool.query(change, [person.id]);
    t.equal((await explain(app, person.id)).json.reason ?? "", reason, change);
  }
  await pool.query("update authentication_methods set verified_at = $2, usable_from = $3 where user_id = $1", [
    person.id,
    at,
    new Date(run.clock.now() + 86_400_000),
  ]);
  const waiting = (await explain(app, person.id)).json;
  t.equal(waiting.reason, "too-few-methods");
  t.equal(waiting.trace.filter(({ rule }: Rule) => rule === "method-waits").length, 2);
  run.clock.turn(86_400_000);
  t.match((await explain(await demoApplication(run), person.id)).json, { canReset: true });
});

t.test("nobody without the right is told anything, nor is anybody of somebody else's people", async (t) => {
  const run = await startProduct(t);
  const { userPrincipalName, password } = run.person("henrik");
  const other = await anotherTenant(run, "fabrikam.example");
  for (const query of ["", "?as=user"])
    t.match(await explain(other, userPrincipalName, query), { status: 404, json: { code: "not-found" } });
  t.equal((await explain(await newApplication(run, { scopes: ["policy:read"] }), userPrincipalName)).status, 403);
  const token = (await signIn(run, userPrincipalName, password)).json.accessToken;
  t.equal((await run.call("GET", `/v1/users/${userPrincipalName}/reset-eligibility`, { token })).status, 403);
});
