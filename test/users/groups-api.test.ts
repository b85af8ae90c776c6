import t from "tap";
import { type Application, anotherTenant, auditEvents, demoApplication, newApplication } from "../builders/application.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";

const UNKNOWN = "11111111-2222-4333-8444-555555555555";

async function groupOf(app: Application, name: string): Promise<string> {
  const made = await app.call("POST", "/v1/groups", { body: { name } });
  if (made.status !== 201) throw new Error(made.text);
  return made.json.id;
}

t.test("groups are made, renamed, listed and removed", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const made = await app.call("POST", "/v1/groups", { body: { name: " Åre  Office " } });
  t.equal(made.status, 201);
  t.equal(made.headers.get("location"), `/v1/groups/${made.json.id}`);
  t.same(made.json, { id: made.json.id, name: "Åre Office", roleAssignable: false, roles: [] });
  t.same((await app.call("GET", `/v1/groups/${made.json.id.toUpperCase()}`)).json, made.json);
  t.equal((await app.call("POST", "/v1/groups", { body: { name: "ÅRE OFFICE" } })).status, 409, "one name in any case is one name");
  for (const name of ["", "  ", "a\u0000b", "x".repeat(257), "a\ud800"])
    t.equal((await app.call("POST", "/v1/groups", { body: { name } })).status, 400, JSON.stringify(name.slice(0, 9)));

  const plain = { roleAssignable: false, roles: [] };
  const other = await groupOf(app, "Zermatt");
  t.equal((await app.call("PATCH", `/v1/groups/${other}`, { body: { name: "åre office" } })).status, 409);
  t.same((await app.call("PATCH", `/v1/groups/${other}`, { body: { name: "ZERMATT" } })).json, { id: other, name: "ZERMATT", ...plain });
  const list = await app.call("GET", "/v1/groups?limit=1");
  t.equal(list.json.items.length, 1);
  const next = await app.call("GET", `/v1/groups?limit=1&cursor=${list.json.nextCursor}`);
  t.same([...list.json.items, ...next.json.items].map(({ id }: { id: string }) => id).sort(), [made.json.id, other].sort());
  t.equal(next.json.nextCursor, null);
  t.same((await app.call("GET", "/v1/groups?search=zer")).json.items, [{ id: other, name: "ZERMATT", ...plain }]);
  t.same((await app.call("GET", "/v1/groups?search=%25")).json.items, []);

  t.equal((await app.call("DELETE", `/v1/groups/${other}`)).status, 204);
  for (const [method, body] of [["GET"], ["DELETE"], ["PATCH", { name: "x" }]] as const)
    t.equal((await app.call(method, `/v1/groups/${other}`, body === undefined ? {} : { body })).status, 404, method);
  t.equal((await app.call("GET", "/v1/groups/no-id")).status, 404);
  const types = ["group.create", "group.update", "group.delete"];
  const events = await Promise.all(types.map((type) => auditEvents(run, type)));
  t.same(
    events.map((found) => found.length),
    [2, 1, 1],
  );
});

t.test("two renames to one name at once: one of them", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const ids = await Promise.all(["a", "b", "c", "d"].map((name) => groupOf(app, name)));
  const done = await Promise.all(ids.map((id) => app.call("PATCH", `/v1/groups/${id}`, { body: { name: "one" } })));
  t.same(done.map(({ status }) => status).sort(), [200, 409, 409, 409]);
});

t.test("members: people and groups", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const [outer, inner] = [await groupOf(app, "Outer"), await groupOf(app, "Inner")];
  const henrik = (await app.call("GET", `/v1/users/${run.person("henrik").userPrincipalName}`)).json;
  const put = (group: string, member: string) => app.call("PUT", `/v1/groups/${group}/members/${member}`);
  t.equal((await put(inner, henrik.userPrincipalName)).status, 204, "by name");
  t.equal((await put(inner, henrik.id)).status, 204, "again, by id");
  run.clock.turn(1);
  t.equal((await put(outer, inner)).status, 204);
  t.equal((await put(outer, UNKNOWN)).status, 404);
  t.equal((await put(UNKNOWN, henrik.id)).status, 404);
  t.same((await app.call("GET", `/v1/groups/${outer}/members`)).json, {
    items: [{ id: inner, type: "group", name: "Inner" }],
    nextCursor: null,
  });
  const member = { id: henrik.id, type: "user", userPrincipalName: henrik.userPrincipalName, displayName: henrik.displayName };
  t.same((await app.call("GET", `/v1/groups/${inner}/members`)).json.items, [member]);
  t.same((await app.call("GET", `/v1/groups/${inner}/members/${henrik.id}`)).json, member);
  t.equal((await app.call("GET", `/v1/groups/${outer}/members/${henrik.id}`)).status, 404, "a member of a member is no member by itself");
  t.same((await app.call("GET", `/v1/users/${henrik.id}`)).json.groups, [outer, inner].sort(), "but is in both");
  t.same(
    (await app.call("GET", `/v1/users?group=${outer}`)).json.items.map(({ id }: { id: string }) => id),
    [henrik.id],
  );

  t.equal((await app.call("DELETE", `/v1/groups/${outer}/members/${inner}`)).status, 204);
  t.equal((await app.call("DELETE", `/v1/groups/${outer}/members/${inner}`)).status, 404);
  t.same((await app.call("GET", `/v1/users/${henrik.id}`)).json.groups, [inner]);
  t.match(await auditEvents(run, "group.member-add"), [
    { user_id: henrik.id, details: { group: inner } },
    { user_id: null, details: { group: outer, member: inner } },
  ]);
  t.equal((await auditEvents(run, "group.member-remove")).length, 1);
});

t.test("many members come page by page, groups first", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const group = await groupOf(app, "All");
  await app.call("PUT", `/v1/groups/${group}/members/${await groupOf(app, "Zoo")}`);
  for (const user of run.demo.users) await app.call("PUT", `/v1/groups/${group}/members/${user.userPrincipalName}`);
  const walked: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page = await app.call("GET", `/v1/groups/${group}/members?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
    walked.push(...page.json.items.map((item: { name?: string; userPrincipalName?: string }) => item.name ?? item.userPrincipalName));
    cursor = page.json.nextCursor;
  }
  t.same(walked, ["Zoo", ...run.demo.users.map(({ userPrincipalName }) => userPrincipalName).sort()]);
});

t.test("no group is in itself, at whatever depth, and not by two calls at once", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const [a, b, c] = await Promise.all(["a", "b", "c"].map((name) => groupOf(app, name)));
  const put = (group: string | undefined, member: string | undefined) => app.call("PUT", `/v1/groups/${group}/members/${member}`);
  t.equal((await put(a, a)).status, 409);
  t.equal((await put(a, b)).status, 204);
  t.equal((await put(b, c)).status, 204);
  t.match((await put(c, a)).json, { status: 409, code: "conflict" });
  for (let round = 0; round < 5; round++) {
    const [x, y] = await Promise.all([groupOf(app, `x${round}`), groupOf(app, `y${round}`)]);
    const both = await Promise.all([put(x, y), put(y, x)]);
    t.same(both.map(({ status }) => status).sort(), [204, 409]);
  }
});

t.test("a group that the policy names cannot be removed", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const group = await groupOf(app, "Pilot");
  const patch = async (body: object) => {
    const etag = (await app.call("GET", "/v1/policy")).headers.get("etag") ?? "";
    return app.call("PATCH", "/v1/policy", { body, headers: { "if-match": etag } });
  };
  t.equal((await patch({ scope: "selected", groups: [group] })).status, 200);
  t.equal((await app.call("DELETE", `/v1/groups/${group}`)).status, 409);
  t.equal((await patch({ scope: "all", groups: [] })).status, 200);
  t.equal((await app.call("DELETE", `/v1/groups/${group}`)).status, 204);
});

t.test("another organisation's groups and people are not there", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const other = await anotherTenant(run, "fabrikam.example");
  const [mine, theirs] = [await groupOf(app, "Sales"), await groupOf(other, "Sales")];
  const { id } = (await app.call("GET", `/v1/users/${run.person("henrik").userPrincipalName}`)).json;
  await app.call("PUT", `/v1/groups/${mine}/members/${id}`);
  for (const [method, path] of calls(mine, theirs, id))
    t.equal((await other.call(method, path, method === "PATCH" ? { body: { name: "x" } } : {})).status, 404, `${method} ${path}`);
  t.same(
    (await other.call("GET", "/v1/groups")).json.items.map((group: { id: string }) => group.id),
    [theirs],
  );
  t.same((await other.call("GET", `/v1/users?group=${mine}`)).json.items, []);
  t.equal((await app.call("GET", `/v1/groups/${mine}/members`)).json.items.length, 1, "and nothing has changed");
});

function calls(mine: string, theirs: string, user: string): [string, string][] {
  return [
    ["GET", `/v1/groups/${mine}`],
    ["PATCH", `/v1/groups/${mine}`],
    ["DELETE", `/v1/groups/${mine}`],
    ["GET", `/v1/groups/${mine}/members`],
    ["GET", `/v1/groups/${mine}/members/${user}`],
    ["PUT", `/v1/groups/${theirs}/members/${user}`],
    ["PUT", `/v1/groups/${theirs}/members/${mine}`],
    ["PUT", `/v1/groups/${mine}/members/${theirs}`],
    ["DELETE", `/v1/groups/${mine}/members/${user}`],
  ];
}

t.test("reading needs one scope, writing another", async (t) => {
  const run: StartedProduct = await startProduct(t);
  const app = await demoApplication(run);
  const group = await groupOf(app, "Sales");
  const reader = await newApplication(run, { scopes: ["groups:read"] });
  const writer = await newApplication(run, { scopes: ["groups:write"] });
  t.equal((await reader.call("GET", `/v1/groups/${group}`)).status, 200);
  const granted = await writer.call("PUT", `/v1/groups/${group}/roles/directoryReaders`);
  t.match(granted.json, { status: 403, missing: ["target"], reason: /by people alone/ });
  t.match((await reader.call("DELETE", `/v1/groups/${group}`)).json, { status: 403, missing: ["scope"] });
  t.match((await writer.call("GET", `/v1/groups/${group}`)).json, { status: 403, missing: ["scope"] });
  t.equal((await writer.call("DELETE", `/v1/groups/${group}`)).status, 204);
});
