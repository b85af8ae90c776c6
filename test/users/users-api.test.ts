import t from "tap";
import { anotherTenant, auditEvents, demoApplication, newApplication } from "../builders/application.ts";
import { startProduct } from "../journeys/product.ts";
import { onEachState, signIn } from "../journeys/reset-steps.ts";

const PASSWORD = "violet harbour 77 lantern";
const UNKNOWN = "11111111-2222-4333-8444-555555555555";

t.test("a person is created, and read by id and by name", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const body = {
    userPrincipalName: "Anna.Berg@contoso.example",
    displayName: "Anna  Berg",
    usageLocation: "se",
    preferredLanguage: "sv_SE",
    methods: [
      { type: "mobilePhone", value: "070-174 06 10" },
      { type: "mobilePhone", value: "+46701740610" },
      { type: "email", value: "anna@Private.example" },
    ],
    password: PASSWORD,
  };
  const created = await app.call("POST", "/v1/users", { body });
  t.equal(created.status, 201, created.text);
  t.equal(created.headers.get("location"), `/v1/users/${created.json.id}`);
  const [mobile, email] = created.json.securityInfo.methods;
  const { actions, ...shown } = created.json;
  t.match(actions, { change: { allowed: true } });
  t.same(shown, {
    id: created.json.id,
    userPrincipalName: "Anna.Berg@contoso.example",
    displayName: "Anna Berg",
    givenName: null,
    surname: null,
    mail: null,
    enabled: true,
    licensed: true,
    breakGlass: false,
    roles: [],
    groups: [],
    directory: null,
    preferredLanguage: "sv-SE",
    password: {
      mustChange: false,
      temporary: false,
      expiresAt: null,
      lastChangedAt: new Date(run.clock.now()).toISOString(),
      neverExpires: false,
    },
    temporary: null,
    securityInfo: {
      frozen: false,
      registered: true,
      capable: true,
      methods: [
        { id: mobile.id, type: "mobilePhone", hint: "+46 ••••••••10", verified: false, source: "admin" },
        { id: email.id, type: "email", hint: "a•••••@p•••••.example", verified: false, source: "admin" },
      ],
    },
  });
  for (const id of [created.json.id, "ANNA.BERG@CONTOSO.EXAMPLE", "anna%2Eberg%40contoso.example"])
    t.same((await app.call("GET", `/v1/users/${id}`)).json, created.json, id);
  t.equal((await signIn(run, "anna.berg@contoso.example", PASSWORD)).json.next, "done");
  t.match(await auditEvents(run, "user.create"), [
    { outcome: "success", actor: { kind: "app", id: app.id }, user_id: created.json.id, details: { methods: ["mobilePhone", "email"] } },
  ]);
  t.notMatch(JSON.stringify(await auditEvents(run, "user.create")), /anna|0174061/i, "nothing personal is in the record");
});

t.test("what cannot be created is refused, with every fault at once", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const create = (body: object) => app.call("POST", "/v1/users", { body });
  const faulty = await create({
    userPrincipalName: "x@elsewhere.example",
    mail: "no",
    methods: [{ type: "mobilePhone", value: "070-174 06 10" }],
  });
  t.equal(faulty.status, 400);
  t.same(faulty.json.errors.map(({ field }: { field: string }) => field).sort(), ["/mail", "/methods/0/value", "/userPrincipalName"]);

  const weak = await create({ userPrincipalName: "weak@contoso.example", password: "password1234" });
  t.equal(weak.status, 422);
  t.match(weak.json, { code: "password-rejected", reasons: ["common-password"] });
  t.equal((await app.call("GET", "/v1/users/weak@contoso.example")).status, 404, "nothing was created");

  const roles = await create({ userPrincipalName: "boss@contoso.example", roles: ["globalAdministrator"] });
  t.match(roles.json, { status: 400, code: "invalid-request", errors: [{ field: "/roles" }] }, "an application grants no roles");

  const group = await create({ userPrincipalName: "g@contoso.example", groups: [UNKNOWN] });
  t.match(group.json, { status: 400, errors: [{ field: "/groups" }] });
  t.equal((await app.call("GET", "/v1/users/g@contoso.example")).status, 404, "and nobody is left behind by it");
});

t.test("a name is taken once, in all organisations", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => app.call("POST", "/v1/users", { body: { userPrincipalName: "One@contoso.example" } })),
  );
  t.same(answers.map(({ status }) => status).sort(), [201, 409, 409, 409, 409, 409, 409, 409]);

  const other = await anotherTenant(run, "fabrikam.example");
  // The domain has moved to another organisation; the account has not.
  await run.connection.pool.query(
    "update tenant_domains set tenant_id = (select tenant_id from tenant_domains where domain = 'fabrikam.example')",
  );
  const taken = await other.call("POST", "/v1/users", { body: { userPrincipalName: "one@contoso.example" } });
  t.equal(taken.status, 409);
  t.notMatch(taken.text, run.demo.tenant.id, "not told whose it is");
});

t.test("groups at creation need the scope for groups, methods that for methods", async (t) => {
  const run = await startProduct(t);
  const all = await demoApplication(run);
  const group = (await all.call("POST", "/v1/groups", { body: { name: "Sales" } })).json;
  const narrow = await newApplication(run, { scopes: ["users:write", "users:read"] });
  const body = { userPrincipalName: "bo@contoso.example" };
  const methods = [{ type: "email", value: "bo@private.example" }];
  t.match((await narrow.call("POST", "/v1/users", { body: { ...body, groups: [group.id] } })).json, { status: 403, missing: ["scope"] });
  t.match((await narrow.call("POST", "/v1/users", { body: { ...body, methods } })).json, { status: 403, missing: ["scope"] });
  t.same((await all.call("POST", "/v1/users", { body: { ...body, methods, groups: [group.id, group.id] } })).json.groups, [group.id]);
});

t.test("the list: pages, search and filters", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  for (const local of ["aa_1", "aa%2", "aab3", "Åsa"])
    t.equal(
      (
        await app.call("POST", "/v1/users", {
          body: { userPrincipalName: `${local.replace("%", "~")}@contoso.example`, displayName: `Zed ${local}` },
        })
      ).status,
      201,
    );
  await app.call("PATCH", "/v1/users/aab3@contoso.example", { body: { enabled: false, licensed: false } });
  const names = async (query: string) => {
    const answer = await app.call("GET", `/v1/users?${query}`);
    t.equal(answer.status, 200, answer.text);
    return answer.json.items.map((user: { userPrincipalName: string }) => user.userPrincipalName.split("@")[0]);
  };
  const all = await names("limit=500");
  t.equal(all.length, run.demo.users.length + 4);
  const walked: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page = await app.call("GET", `/v1/users?limit=3${cursor === "" ? "" : `&cursor=${cursor}`}`);
    t.ok(page.json.items.length <= 3);
    walked.push(...page.json.items.map((user: { userPrincipalName: string }) => user.userPrincipalName.split("@")[0]));
    cursor = page.json.nextCursor;
  }
  t.same(walked, all, "page by page everybody comes once");

  t.same(await names("search=AA"), ["aa_1", "aab3", "aa~2"], "the beginning of the user name, in any case");
  t.same(await names("search=aa_"), ["aa_1"], "an underscore is an underscore");
  t.same(await names("search=zed%20aa%25"), ["aa~2"], "a per cent sign is one");
  t.same(await names("search=dahl"), ["henrik.dahl"], "the surname");
  t.same(await names("search=%C3%85SA"), ["Åsa"], "in any alphabet");
  t.same(await names("search=%5C"), []);
  t.same(await names("role=userAdministrator"), ["odd.nygaard"]);
  t.same(await names("enabled=false"), ["aab3"]);
  t.same(await names("licensed=false"), ["aab3"]);
  t.same((await names("directory=builtIn")).length, all.length);
  t.same(await names(`directory=${UNKNOWN}`), []);
  t.same(await names("registered=true"), ["henrik.dahl", "mirja.salo", "odd.nygaard", "tove.lindqvist", "ylva.bjork"]);
  t.same(await names("registered=false&limit=2"), ["aa_1", "aab3"]);
  t.same(await names("registered=false&search=si"), ["signe.holm"]);
  for (const query of [
    "limit=0",
    "limit=501",
    "limit=x",
    "role=king",
    "enabled=yes",
    "cursor=%21",
    "cursor=AAAA",
    "search=a&search=b",
    "what=1",
    "search=%00",
  ])
    t.equal((await app.call("GET", `/v1/users?${query}`)).status, 400, query);
});

t.test("a short page of a filtered list goes on where it ended", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  await run.connection.pool.query(
    `insert into users (id, tenant_id, user_principal_name, upn_key, created_at, updated_at)
     select gen_random_uuid(), $1, 'bulk' || n || '@contoso.example', 'bulk' || n || '@contoso.example', now(), now() from generate_series(1, 5500) n`,
    [run.demo.tenant.id],
  );
  const found: string[] = [];
  let pages = 0;
  for (let cursor: string | null = ""; cursor !== null; pages++) {
    const page = await app.call("GET", `/v1/users?registered=true&limit=3${cursor === "" ? "" : `&cursor=${cursor}`}`);
    found.push(...page.json.items.map((user: { userPrincipalName: string }) => user.userPrincipalName.split("@")[0]));
    cursor = page.json.nextCursor;
  }
  t.same(found, ["henrik.dahl", "mirja.salo", "odd.nygaard", "tove.lindqvist", "ylva.bjork"]);
  t.ok(pages > 1);
});

t.test("changes: what is given changes, null empties, the same again is no change", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const { userPrincipalName } = run.person("henrik");
  const path = `/v1/users/${userPrincipalName}`;
  const before = (await app.call("GET", path)).json;
  const changed = await app.call("PATCH", path, { body: { mail: "Henrik@Contoso.example", surname: null, preferredLanguage: "SV" } });
  t.same(changed.json, { ...before, mail: "Henrik@contoso.example", surname: null, preferredLanguage: "sv" });
  await app.call("PATCH", path, { body: { preferredLanguage: "sv" } });
  t.match(await auditEvents(run, "user.update"), [
    { actor: { kind: "app", id: app.id }, user_id: before.id, details: { changed: ["mail", "preferredLanguage", "surname"] } },
  ]);
  for (const body of [
    {},
    { mail: "nobody" },
    { usageLocation: "SWE" },
    { displayName: "a\u202eb" },
    { userPrincipalName: "x@contoso.example" },
  ])
    t.equal((await app.call("PATCH", path, { body })).status, 400, JSON.stringify(body));
  t.equal((await app.call("PATCH", `/v1/users/${UNKNOWN}`, { body: { enabled: false } })).status, 404);
});

onEachState(t, "disabling somebody ends their sessions at once", async (t, state) => {
  const run = await startProduct(t, { state, worker: false });
  const app = await demoApplication(run);
  const person = run.person("henrik");
  const token = (await signIn(run, person.userPrincipalName, person.password)).json.accessToken;
  t.equal((await run.call("GET", "/v1/me", { token })).status, 200);
  const disabled = await app.call("PATCH", `/v1/users/${person.userPrincipalName}`, { body: { enabled: false } });
  t.match(disabled.json, { enabled: false, securityInfo: { registered: true, capable: false } });
  t.equal((await run.call("GET", "/v1/me", { token })).status, 401);
  t.equal((await signIn(run, person.userPrincipalName, person.password)).status, 401);
  await app.call("PATCH", `/v1/users/${person.userPrincipalName}`, { body: { enabled: true } });
  t.equal((await run.call("GET", "/v1/me", { token })).status, 401, "the old session does not come back");
  t.equal((await signIn(run, person.userPrincipalName, person.password)).status, 200);
});

t.test("pre-population replaces what administrators filled in, and nothing else", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const path = `/v1/users/${run.person("henrik").userPrincipalName}/methods`;
  const own = (await app.call("GET", path)).json.methods;
  t.same(
    own.map(({ source }: { source: string }) => source),
    ["user", "user"],
  );
  const put = (methods: object[]) => app.call("PUT", path, { body: { methods } });
  const first = await put([
    { type: "email", value: "new@private.example" },
    { type: "officePhone", value: "+46 40 10 00 00" },
  ]);
  t.equal(first.status, 200, first.text);
  t.same(first.json.methods.slice(0, 2), own, "what the person registered stays, first");
  t.match(first.json.methods.slice(2), [
    { type: "email", source: "admin", verified: false },
    { type: "officePhone", source: "admin" },
  ]);
  const second = await put([{ type: "officePhone", value: "+4640100000" }]);
  t.same(second.json.methods, [...own, first.json.methods[3]], "the value that stays keeps its id");
  t.same((await put([])).json.methods, own);
  t.match((await put([{ type: "email", value: "no" }])).json, { status: 400, errors: [{ field: "/methods/0/value" }] });
  for (const type of ["authenticatorApp", "securityQuestions", "fax"]) t.equal((await put([{ type, value: "x" }])).status, 400, type);
  t.equal((await auditEvents(run, "methods.replace")).length, 3);
});

t.test("an application keeps its hands off holders of administrator roles", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  await run.connection.pool.query(
    "insert into user_roles (user_id, role, granted_at) select id, 'globalReader', now() from users where upn_key like 'signe%'",
  );
  for (const name of ["ylva", "odd", "mirja", "tove", "signe"]) {
    const path = `/v1/users/${run.person(name).userPrincipalName}`;
    const before = (await app.call("GET", path)).json;
    const refused = [
      await app.call("PATCH", path, { body: { licensed: false } }),
      await app.call("PUT", `${path}/methods`, { body: { methods: [{ type: "email", value: "thief@private.example" }] } }),
    ];
    for (const { json } of refused) t.match(json, { status: 403, code: "forbidden", missing: ["target"] }, name);
    t.same((await app.call("GET", path)).json, before, "and nothing has changed");
  }
});
