import { randomUUID } from "node:crypto";
import t, { type Test } from "tap";
import { newAdministrator } from "../builders/administrator.ts";
import { anotherTenant, demoApplication } from "../builders/application.ts";
import type { Answer, CallOptions, StartedProduct } from "../journeys/product.ts";
import { startProduct } from "../journeys/product.ts";
import { everyOperation, type Operation } from "./administration-operations.ts";
import { type Prey, prey } from "./tenant-prey.ts";
import { namedIn, rowsOf } from "./tenant-rows.ts";

/** Routes that are not attacked, each with the reason. A route that is added is attacked, or stands here. */
const NOT_ATTACKED: Readonly<Record<string, string>> = {
  "GET /healthz": "names nobody, and knows nobody",
  "GET /readyz": "names nobody, and knows nobody",
  "GET /metrics": "names nobody; test/http/operations.test.ts looks at what is in it",
  "GET /problems/{code}": "a page of our own words",
  "GET /.well-known/jwks.json": "public keys of the installation",
  "GET /.well-known/change-password": "a redirect to our own page",
  "GET /v1/roles": "the same table for everybody",
  "POST /v1/sign-out": "ends the session of its own caller, whom the attack needs, and takes no id",
  "POST /v1/sign-in/refresh": "takes a secret of 256 bits and no id: test/security/stolen-session.test.ts",
  "POST /oauth/token": "takes a client's secret and no id: test/apps/oauth-token.test.ts",
};

type Attacker = (method: string, path: string, options?: Omit<CallOptions, "token">) => Promise<Answer>;
/** Tenant B's two most powerful callers. */
async function attackers(run: StartedProduct): Promise<Record<string, Attacker>> {
  const app = await anotherTenant(run, "fabrikam.example");
  const { rows } = await run.connection.pool.query("select tenant_id from tenant_domains where domain = 'fabrikam.example'");
  const admin = await newAdministrator(run, ["globalAdministrator"], { tenantId: rows[0].tenant_id, domain: "fabrikam.example" });
  return { "an application": app.call, "a Global Administrator": admin.call };
}

const named = ({ method, path }: Operation) => `${method} ${path}`;

/** Every path of the operation with something of A in the place of each parameter; the other parameters stay likely. */
function paths(operation: Operation, { aims, things }: Prey): { path: string; foreign: boolean }[] {
  const LIKELY: Readonly<Record<string, string>> = { role: "helpdeskAdministrator" };
  const parameters = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name).filter((name) => LIKELY[name] === undefined);
  const fixed = operation.path.replaceAll(/\{(\w+)\}/g, (whole, name: string) => LIKELY[name] ?? whole);
  if (parameters.length === 0) return [{ path: fixed, foreign: false }];
  const [first = "", ...more] = parameters;
  // Every thing in the second place too would be thousands of calls for nothing: a method, people, a group, a number.
  const seconds = [things.ids.authentication_methods ?? "", ...aims.slice(-5)];
  return aims.flatMap((aim) => {
    const begun = fixed.replace(`{${first}}`, encodeURIComponent(aim));
    const ends =
      more.length === 0
        ? [begun]
        : seconds.map((other) => more.reduce((path, name) => path.replace(`{${name}}`, encodeURIComponent(other)), begun));
    return ends.map((path) => ({ path, foreign: true }));
  });
}

/** Bodies that name A wherever the schema takes a text or a list of texts, and one that names nothing. */
function bodies({ body, method, path }: Operation, { aims, group }: Prey): (object | undefined)[] {
  if (body === null) return [undefined];
  const needed: Readonly<Record<string, object>> = {
    "POST /v1/users": { userPrincipalName: `b-${randomUUID()}@fabrikam.example` },
    "POST /v1/groups": { name: `B ${randomUUID()}` },
    "PUT /v1/users/{id}/methods": { methods: [] },
  };
  const base = needed[`${method} ${path}`] ?? {};
  const people = aims.filter(long);
  const naming = Object.entries(body.properties ?? {}).flatMap(([name, schema]): object[] => {
    if (schema.type === "string") return aims.map((aim) => ({ ...base, [name]: aim }));
    if (schema.type === "array")
      return [
        { ...base, [name]: people },
        { ...base, [name]: [group] },
      ];
    if (schema.type === undefined)
      return [
        { ...base, [name]: people },
        { ...base, [name]: { group } },
      ];
    return [];
  });
  return [base, ...naming];
}

/** A page of a list, an export, a report: whatever a query may name. */
function queries({ method, path, query }: Operation, { aims }: Prey): string[] {
  if (method !== "GET" || query.length === 0) return [""];
  const naming = ["user", "actor", "flow", "group", "search"].filter((name) => query.includes(name));
  const narrow = naming.flatMap((name) => aims.map((aim) => `?${name}=${encodeURIComponent(aim)}`));
  return path.includes("{") ? [""] : ["", "?limit=500", ...narrow];
}

/** An id or a name, and no number. */
const long = (word: string) => word.length > 5;

/** What an answer tells beyond what was sent. */
function beyond(answer: Answer, sent: readonly string[]): string {
  return sent.filter(long).reduce((text, word) => text.replaceAll(word, ""), `${answer.text} ${JSON.stringify([...answer.headers])}`);
}

async function attack(t: Test, who: string, call: Attacker, operation: Operation, victim: Prey): Promise<number> {
  let calls = 0;
  for (const { path, foreign } of paths(operation, victim))
    for (const query of queries(operation, victim))
      for (const body of foreign ? bodies(operation, victim).slice(0, 2) : bodies(operation, victim)) {
        calls += 1;
        const answer = await call(operation.method, `${path}${query}`, {
          ...(body === undefined ? {} : { body }),
          headers: { "if-match": "*", accept: "application/json" },
        });
        const told = beyond(answer, [...victim.aims, victim.group]);
        const message = `${who}: ${operation.method} ${path}${query} ${JSON.stringify(body) ?? ""} → ${answer.status}`;
        if (foreign && answer.status < 400) t.fail(`${message}: it was found`);
        if (answer.status >= 500) t.fail(`${message}: a fault of ours`);
        const trace = namedIn(told, victim.things);
        if (trace.length > 0 || victim.words.test(told))
          t.fail(`${message}: ${trace} ${victim.words.exec(told)?.[0]} in ${told.slice(0, 300)}`);
      }
  return calls;
}

t.test("K12: nothing of one tenant is found, named or changed by another, on any route", { timeout: 240_000 }, async (t) => {
  const run = await startProduct(t, { worker: false });
  await run.product.worker.start();
  const callers = await attackers(run);
  const victim = await prey(run);
  await run.product.worker.stop();
  // What is not sealed yet is sealed by whoever looks first, for every tenant: it is over before the attack.
  t.equal((await (await demoApplication(run)).call("GET", "/v1/audit-events/verification")).status, 200);
  for (const kind of [
    "users",
    "groups",
    "import_jobs",
    "help_requests",
    "approvals",
    "password_jobs",
    "apps",
    "audit_events",
    "authentication_methods",
  ])
    t.ok(victim.things.ids[kind] !== undefined, `A has something in ${kind}: ${Object.keys(victim.things.ids)}`);
  const all = everyOperation(run);
  for (const route of Object.keys(NOT_ATTACKED))
    t.ok(
      all.some((operation) => named(operation) === route),
      `${route} is there`,
    );
  const before = await rowsOf(run, run.demo.tenant.id, victim.things);
  let calls = 0;
  for (const operation of all.filter((operation) => NOT_ATTACKED[named(operation)] === undefined)) {
    const made = await Promise.all(Object.entries(callers).map(([who, call]) => attack(t, who, call, operation, victim)));
    t.ok(
      made.every((count) => count > 0),
      named(operation),
    );
    calls += made.reduce((sum, count) => sum + count, 0);
  }
  t.ok(calls > 1_000, `${calls} calls`);
  const after = await rowsOf(run, run.demo.tenant.id, victim.things);
  for (const table of Object.keys(before)) t.same(after[table], before[table], `nothing of A changed in ${table}`);
  for (const [who, call] of Object.entries(callers)) t.equal((await call("GET", "/v1/users")).status, 200, `${who} can still call`);
});
