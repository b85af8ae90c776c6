import t from "tap";
import { anotherTenant, demoApplication } from "../builders/application.ts";
import { type Answer, type StartedProduct, startProduct } from "../journeys/product.ts";
import { signIn } from "../journeys/reset-steps.ts";
import { type BodySchema, filled, type Operation, operations } from "./administration-operations.ts";

const UNKNOWN = { other: "11111111-2222-4333-8444-555555555555" };
/** Good bodies, so that what is refused is refused for the reason that is tested. */
const GOOD: Readonly<Record<string, object>> = {
  "POST /v1/users": { userPrincipalName: "somebody@contoso.example" },
  "PATCH /v1/users/{id}": { displayName: "Somebody" },
  "POST /v1/users/{id}/password-reset": { mode: "link" },
  "PUT /v1/users/{id}/methods": { methods: [{ type: "email", value: "somebody@private.example" }] },
  "POST /v1/groups": { name: "Some group" },
  "PATCH /v1/groups/{id}": { name: "Some group" },
  "PATCH /v1/policy": { scope: "all" },
  "PATCH /v1/policy/administrators": { enabled: true },
  "POST /v1/password-reset-jobs": { users: ["nobody@contoso.example"] },
  "POST /v1/password-change-jobs": { users: ["nobody@contoso.example"] },
  "POST /v1/policy/preview": { scope: "all" },
};
const headers = { "if-match": "*" };

function named({ method, path }: Operation): string {
  return `${method} ${path}`;
}

function good(operation: Operation): object {
  const body = GOOD[named(operation)];
  if (body === undefined) throw new Error(`give ${named(operation)} a good body`);
  return body;
}

t.test("without a token nothing is looked at; with a person's token nothing is done", async (t) => {
  const run = await startProduct(t);
  const all = operations(run);
  t.ok(all.length >= 22, `${all.length} operations`);
  const { userPrincipalName, password } = run.person("henrik");
  const person = (await signIn(run, userPrincipalName, password)).json.accessToken;
  for (const operation of all) {
    const path = filled(operation, UNKNOWN);
    for (const token of [undefined, "nonsense", `${await run.appToken()}x`]) {
      const answer = await run.call(operation.method, path, {
        ...(token === undefined ? {} : { token }),
        ...(operation.method === "GET" ? {} : { body: "not json" }),
        headers,
      });
      t.match(answer.json, { status: 401, code: "unauthenticated" }, named(operation));
    }
    t.equal((await run.call(operation.method, path, { token: person, headers })).status, 403, named(operation));
  }
});

const ODD: readonly unknown[] = [
  [],
  {},
  [""],
  ["a@b.example", "c@d.example"],
  { $gt: "" },
  { $ne: null },
  7,
  -1,
  1.5,
  true,
  null,
  "",
  "\u0000",
  "a\ud800",
  "x".repeat(50_000),
];

t.test("A20, A28: another type than the one that is due is refused in every field", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  for (const operation of operations(run).filter(({ body }) => body !== null)) {
    const values = { id: operation.path.startsWith("/v1/groups") ? await groupId(app) : run.person("henrik").userPrincipalName };
    for (const [field, schema] of Object.entries(operation.body?.properties ?? {})) {
      for (const value of ODD) {
        const body = { ...good(operation), [field]: value };
        const answer = await app.call(operation.method, filled(operation, values), { body, headers });
        const message = `${named(operation)} ${field}: ${JSON.stringify(value)?.slice(0, 40)}`;
        if (mayBe(schema, value)) t.ok(answer.status < 500, message);
        else t.match(answer.json, { status: 400, code: "invalid-request" }, message);
      }
    }
  }
});

async function groupId(app: Awaited<ReturnType<typeof demoApplication>>): Promise<string> {
  const found = await app.call("GET", "/v1/groups");
  return found.json.items[0]?.id ?? (await app.call("POST", "/v1/groups", { body: { name: "Group" } })).json.id;
}

/** Only a plain type is a promise here; a union or a list of words may take more than one. */
function mayBe(schema: BodySchema, value: unknown): boolean {
  if (schema.type === undefined)
    return typeof value === "string" || value === null || (Array.isArray(value) && value.every((item) => typeof item === "string"));
  if (schema.type === "array") return Array.isArray(value);
  if (schema.type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  if (schema.type === "integer") return Number.isInteger(value);
  return typeof value === schema.type;
}

const HOSTILE: readonly (readonly [name: string, body: string | Uint8Array<ArrayBuffer>, type?: string])[] = [
  ["nothing", ""],
  ["null", "null"],
  ["a number", "1"],
  ["text", '"x"'],
  ["an array", "[]"],
  ["an object that is not closed", '{"name":'],
  ["deep nesting", `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`],
  ["deep arrays", "[".repeat(20_000)],
  ["bytes that are no UTF-8", Uint8Array.of(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d)],
  ["a prototype", '{"__proto__":{"polluted":true}}'],
  ["a constructor", '{"constructor":{"prototype":{"polluted":true}}}'],
  ["a prototype inside", '{"passwords":{"__proto__":{"polluted":true}},"helpdesk":{"constructor":{"prototype":{"polluted":true}}}}'],
  ["an unknown field", '{"isAdmin":true}'],
  ["a role", '{"roles":["globalAdministrator"]}'],
  ["too much", `{"name":"${"x".repeat(70_000)}"}`],
  ["another content type", "{}", "application/xml"],
  ["a form", "name=x", "application/x-www-form-urlencoded"],
];

t.test("A83, N11: whatever the body is, it is a refusal and never a fault of ours", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  for (const operation of operations(run).filter(({ body }) => body !== null)) {
    for (const [name, body, type = "application/json"] of HOSTILE) {
      const answer = await fetch(new URL(filled(operation, { id: run.person("henrik").userPrincipalName }), run.baseUrl), {
        method: operation.method,
        headers: { ...headers, authorization: `Bearer ${app.token}`, "content-type": type },
        body,
      });
      const document = (await answer.json()) as { status: number };
      t.ok([400, 404, 413, 415].includes(answer.status), `${named(operation)}, ${name}: ${answer.status}`);
      t.equal(document.status, answer.status);
    }
  }
  t.equal(({} as { polluted?: unknown }).polluted, undefined);
  t.notOk(
    run.logs.some((line) => line.includes('"level":50')),
    "nothing was logged as a fault",
  );
});

t.test("what stands in paths and queries is never a fault of ours either", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const texts = [
    "%00",
    "a%00b",
    "%FF",
    "%ED%A0%80",
    "..%2f..",
    "'%20or%201=1--",
    "%25%25",
    "x".repeat(400),
    "%F0%9F%98%80",
    "__proto__",
    "constructor",
  ];
  for (const operation of operations(run)) {
    for (const text of texts) {
      const path = operation.path.replaceAll(/\{\w+\}/g, text);
      const answers: Answer[] = [];
      if (operation.path.includes("{")) {
        const body = operation.body === null ? {} : { body: good(operation) };
        answers.push(await app.call(operation.method, path, { ...body, headers }));
      }
      if (operation.method === "GET")
        for (const name of ["search", "cursor", "group", "role", "limit", "outcome", "__proto__"])
          answers.push(await app.call("GET", `${path}?${name}=${text}`));
      for (const { status } of answers) t.ok(status < 500, `${named(operation)} with ${text}: ${status}`);
    }
  }
  t.notOk(
    run.logs.some((line) => line.includes('"level":50')),
    "nothing was logged as a fault",
  );
});

t.test("K12: no id of one organisation opens anything in another", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const other = await anotherTenant(run, "fabrikam.example");
  const before = await everything(run);
  const group = await groupId(app);
  const user = (await app.call("GET", `/v1/users/${run.person("henrik").userPrincipalName}`)).json;
  const job = (await app.call("POST", "/v1/users/import", { body: "userPrincipalName\n", headers: { "content-type": "text/csv" } })).json;
  const withIds = operations(run).filter(({ path }) => path.includes("{"));
  t.ok(withIds.length >= 13);
  for (const operation of withIds) {
    const own = operation.path.startsWith("/v1/groups") ? group : operation.path.startsWith("/v1/import-jobs") ? job.id : user.id;
    for (const id of [own, user.userPrincipalName]) {
      const body = operation.body === null ? {} : { body: good(operation) };
      const answer = await other.call(operation.method, filled(operation, { id, memberId: user.id }), { ...body, headers });
      // Whom an application may do nothing to at all is not looked for.
      const refused = operation.path.includes("/roles/") ? { status: 403, code: "forbidden" } : { status: 404, code: "not-found" };
      t.match(answer.json, refused, named(operation));
    }
  }
  const after = await everything(run);
  t.same({ ...after, groups: [] }, { ...before, groups: [] });
});

async function everything(run: StartedProduct): Promise<Record<string, unknown[]>> {
  const tables = ["users", "user_roles", "groups", "group_members", "group_children", "authentication_methods"];
  return Object.fromEntries(
    await Promise.all(
      tables.map(async (table) => [table, (await run.connection.pool.query(`select * from ${table} order by 1, 2`)).rows] as const),
    ),
  );
}
