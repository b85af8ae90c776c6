import t from "tap";
import { type Application, anotherTenant, auditEvents, demoApplication, newApplication } from "../builders/application.ts";
import { startProduct } from "../journeys/product.ts";

const UNKNOWN = "11111111-2222-4333-8444-555555555555";

async function change(app: Application, body: unknown, path = "/v1/policy") {
  const etag = (await app.call("GET", path)).headers.get("etag") ?? "";
  return app.call("PATCH", path, { body, headers: { "if-match": etag } });
}

t.test("the policy is read with its version, and changed by whoever has seen it", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const read = await app.call("GET", "/v1/policy");
  t.equal(read.headers.get("etag"), '"1"');
  t.match(read.json, { scope: "all", methodsRequired: 1, version: 1, passwords: { minLength: 12 } });
  const without = await app.call("PATCH", "/v1/policy", { body: { scope: "none" } });
  t.match(without.json, { status: 428, code: "precondition-required" });
  for (const stale of ['"0"', 'W/"1"', "1", '"2"', ""]) {
    const answer = await app.call("PATCH", "/v1/policy", { body: { scope: "none" }, headers: { "if-match": stale } });
    t.match(answer.json, { status: 412, code: "precondition-failed" }, stale);
  }
  t.same((await app.call("GET", "/v1/policy")).json, read.json, "refusals change nothing");

  const changed = await app.call("PATCH", "/v1/policy", { body: { passwords: { minLength: 14 } }, headers: { "if-match": '"9", "1"' } });
  t.equal(changed.status, 200, changed.text);
  t.equal(changed.headers.get("etag"), '"2"');
  t.same(changed.json, { ...read.json, version: 2, passwords: { ...read.json.passwords, minLength: 14 } }, "merged, member by member");
  t.same((await app.call("GET", "/v1/policy")).json, changed.json);
  const again = await app.call("PATCH", "/v1/policy", { body: { passwords: { minLength: 14 } }, headers: { "if-match": "*" } });
  t.equal(again.headers.get("etag"), '"2"', "what changes nothing makes no version");

  const { rows } = await run.connection.pool.query("select version, changed_by, policy from policy_versions order by version");
  t.match(rows, [{ version: 1 }, { version: 2, changed_by: { kind: "app", id: app.id }, policy: { passwords: { minLength: 14 } } }]);
  t.match(await auditEvents(run, "policy.change"), [
    {
      outcome: "success",
      actor: { kind: "app", id: app.id },
      details: { version: 2, changes: { passwords: { before: { minLength: 12 }, after: { minLength: 14 } } } },
    },
  ]);
});

t.test("what was read may be sent back whole, with its version, and no other", async (t) => {
  const app = await demoApplication(await startProduct(t));
  for (const path of ["/v1/policy", "/v1/policy/administrators"]) {
    const { json: read, headers } = await app.call("GET", path);
    const etag = headers.get("etag") ?? "";
    const turned = path === "/v1/policy" ? { ...read, methodsRequired: 2 } : { ...read, enabled: false };
    if (path === "/v1/policy") t.match((await app.call("POST", `${path}/preview`, { body: turned })).json, { stranded: { count: 0 } });
    for (const [version, status] of [
      [read.version + 1, 400],
      ["1", 400],
      [read.version, 200],
    ] as const) {
      const answer = await app.call("PATCH", path, { body: { ...turned, version }, headers: { "if-match": etag } });
      t.equal(answer.status, status, `${path} ${version}: ${answer.text}`);
    }
    t.same((await app.call("GET", path)).json, { ...turned, version: read.version + 1 });
    t.equal((await app.call("PATCH", path, { body: turned, headers: { "if-match": "*" } })).status, 412, "a body of before");
  }
});

t.test("of many changes at once one is made, and none is lost", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  for (let round = 1; round <= 3; round++) {
    const headers = { "if-match": `"${round}"` };
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        app.call("PATCH", "/v1/policy", { body: { registration: { skipDays: 100 * round + index } }, headers }),
      ),
    );
    const made = answers.filter(({ status }) => status === 200);
    t.equal(made.length, 1);
    t.same(answers.filter(({ status }) => status === 412).length, 9);
    t.same((await app.call("GET", "/v1/policy")).json, made[0]?.json);
  }
  t.equal((await auditEvents(run, "policy.change")).length, 3);
});

t.test("arrays are replaced, null removes what may be absent, terms are tidied", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const first = await change(app, {
    methods: ["email"],
    helpdesk: { url: "https://help.contoso.example", email: "help@contoso.example" },
    passwords: { bannedTerms: ["Contoso", "c0ntoso", " Fabrikam ", "CONTOSO"] },
    ownNetworks: ["192.0.2.0/24", "2001:db8::/32"],
  });
  t.equal(first.status, 200, first.text);
  t.match(first.json, { methods: ["email"], passwords: { bannedTerms: ["Contoso", "Fabrikam"], minLength: 12 } });
  const second = await change(app, { helpdesk: { url: null } });
  t.same(second.json.helpdesk, { email: "help@contoso.example" });
});

t.test("what is no policy is refused, at every depth", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const before = (await app.call("GET", "/v1/policy")).json;
  const refused: [string, unknown][] = [
    ["an unknown member", { scop: "all" }],
    ["an unknown member inside", { passwords: { minLenght: 14 } }],
    ["the version", { version: 7 }],
    ["nothing", {}],
    ["an array", []],
    ["null", null],
    ["text", '"all"'],
    ["a wrong word", { scope: "some" }],
    ["a wrong type", { methodsRequired: "1" }],
    ["an object for a word", { scope: { $ne: null } }],
    ["too few methods", { methodsRequired: 0 }],
    ["no method", { methods: [] }],
    ["a method twice", { methods: ["email", "email"] }],
    ["two phones for two methods", { methodsRequired: 2, methods: ["sms", "voice"] }],
    ["questions alone", { methods: ["securityQuestions"] }],
    ["more answers than questions", { securityQuestions: { toRegister: 3, toReset: 4 } }],
    ["a member that must be there removed", { scope: null }],
    ["a member inside that must be there removed", { passwords: { minLength: null } }],
    ["a group of nobody", { groups: [UNKNOWN] }],
    ["a group that is no id", { groups: ["x"] }],
    ["a short minimum", { passwords: { minLength: 7 } }],
    ["a term that is too short when compared", { passwords: { bannedTerms: ["a\u0301\u0301bc"] } }],
    ["a script as help desk", { helpdesk: { url: "javascript:alert(1)" } }],
    ["a control character", { helpdesk: { url: "https://a.example/\u0000" } }],
    ["half a character", { securityQuestions: { custom: ["abc\ud800"] } }],
    ["a network that is none", { ownNetworks: ["999.0.2.0/24"] }],
    ["a thousand and one terms", { passwords: { bannedTerms: Array.from({ length: 1001 }, (_, index) => `term${index}`) } }],
  ];
  for (const [name, body] of refused) {
    const answer = await change(app, body);
    t.match(answer.json, { status: 400, code: "invalid-request" }, `${name}: ${answer.text}`);
  }
  t.same((await app.call("GET", "/v1/policy")).json, before);
  t.same(await auditEvents(run, "policy.change"), []);
});

t.test("a change holds at once", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const path = `/v1/users/${run.person("henrik").userPrincipalName}`;
  const info = async () => (await app.call("GET", path)).json.securityInfo;
  t.match(await info(), { registered: true, capable: true });
  await change(app, { scope: "none" });
  t.match(await info(), { registered: true, capable: false });
  const { id } = (await app.call("POST", "/v1/groups", { body: { name: "Pilot" } })).json;
  await change(app, { scope: "selected" });
  t.match(await info(), { capable: false }, "no group is selected: nobody");
  await change(app, { groups: [id] });
  await app.call("PUT", `/v1/groups/${id}/members/${run.person("henrik").userPrincipalName}`);
  t.match(await info(), { capable: true });
  await change(app, { methods: ["authenticatorApp"] });
  t.match(await info(), { registered: false, capable: false });
});

t.test("the administrators' policy can be switched off or tightened, never weakened", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const path = "/v1/policy/administrators";
  const before = await app.call("GET", path);
  t.same(before.json, { enabled: true, methodsRequired: 2, methods: ["email", "sms", "authenticatorApp"], version: 1 });
  const weak = [
    { methodsRequired: 1 },
    { methodsRequired: 0 },
    { methods: [] },
    { methods: ["email"] },
    { methods: ["sms", "voice"] },
    { methods: ["sms", "voice", "officePhone"] },
    { methods: ["email", "securityQuestions"] },
    { methods: ["email", "sms", "securityQuestions"] },
    { methods: ["email", "sms", "recoveryCode"] },
    { enabled: false, methodsRequired: 1 },
  ];
  for (const body of weak) t.match((await change(app, body, path)).json, { status: 422, code: "two-gate-floor" }, JSON.stringify(body));
  t.same((await app.call("GET", path)).json, before.json);
  const blocked = await auditEvents(run, "policy.two-gate-floor");
  t.equal(blocked.length, weak.length);
  t.match(blocked[0], { outcome: "blocked", actor: { kind: "app", id: app.id } });

  for (const body of [{ methodsRequired: 3 }, { methodsRequired: "1" }, { methods: ["fax"] }, { methods: "email" }, { gates: 1 }, {}])
    t.equal((await change(app, body, path)).status, 400, JSON.stringify(body));
  t.equal((await app.call("PATCH", path, { body: { enabled: false } })).status, 428);

  const narrower = await change(app, { methods: ["email", "authenticatorApp"] }, path);
  t.same(narrower.json, { enabled: true, methodsRequired: 2, methods: ["email", "authenticatorApp"], version: 2 });
  t.equal((await app.call("GET", "/v1/policy")).headers.get("etag"), '"2"', "both policies share a version");
  t.equal((await app.call("PATCH", path, { body: { enabled: false }, headers: { "if-match": '"1"' } })).status, 412);
  run.clock.turn(1);
  t.match((await change(app, { enabled: false }, path)).json, { enabled: false, version: 3 });
  t.match(await auditEvents(run, "policy.change"), [
    { details: { changes: { "administrators.methods": { after: ["email", "authenticatorApp"] } } } },
    { details: { changes: { "administrators.enabled": { before: true, after: false } } } },
  ]);
});

t.test("the floor holds under every mixture of changes at once", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const wishes = [
    { methods: ["email", "sms"] },
    { methods: ["sms", "authenticatorApp"] },
    { methods: ["voice", "sms"] },
    { methodsRequired: 1 },
    { methods: ["email", "voice"] },
  ];
  for (let round = 0; round < 4; round++)
    await Promise.all(wishes.map((body) => app.call("PATCH", "/v1/policy/administrators", { body, headers: { "if-match": "*" } })));
  const { json } = await app.call("GET", "/v1/policy/administrators");
  t.equal(json.methodsRequired, 2);
  t.notSame([...json.methods].sort(), ["sms", "voice"]);
});

t.test("each organisation has its own policy, and each scope its door", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const other = await anotherTenant(run, "fabrikam.example");
  const { id } = (await other.call("POST", "/v1/groups", { body: { name: "Theirs" } })).json;
  t.match((await change(app, { scope: "selected", groups: [id] })).json, { status: 400, errors: [{ field: "/groups" }] });
  await change(app, { scope: "none" });
  t.match((await other.call("GET", "/v1/policy")).json, { scope: "all", version: 1 });
  const reader = await newApplication(run, { scopes: ["policy:read"] });
  t.equal((await reader.call("GET", "/v1/policy")).status, 200);
  t.match((await change(reader, { scope: "all" })).json, { status: 403, missing: ["scope"] });
});
