import t, { type Test } from "tap";
import { createSealer } from "../../src/keys/sealer.ts";
import { parseUserPrincipalName } from "../../src/users/user-principal-name.ts";
import { insertUser } from "../../src/users/user-store.pg.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import { type Run, rekey, rekeyJson } from "./rekey-process.ts";

/** A service, and the environment in which an operator works on its database. */
async function service(t: Test) {
  const product = await startProduct(t);
  const env = { DATABASE_URL: product.config.databaseUrl?.reveal() ?? "" };
  const query = async (sql: string, values: unknown[] = []) => (await product.connection.pool.query(sql, values)).rows;
  return { product, env, query };
}

const create = (domain: string, admin: string, ...more: string[]) => [
  ...["tenants", "create", "--domain", domain, "--name", "Fabrikam"],
  ...["--admin", admin, ...more],
];

const signIn = ({ call }: StartedProduct, userPrincipalName: string, password: string) =>
  call("POST", "/v1/sign-in", { body: { userPrincipalName, password } });

t.test("tenants create makes a tenant, its administrator and the record of it", async (t) => {
  const { product, env, query } = await service(t);
  const made = await rekeyJson(t, create("Fabrikam.example", "Ylva@fabrikam.EXAMPLE"), { env });
  const { tenant, admin } = made;
  t.match(made, {
    tenant: { domain: "fabrikam.example" },
    admin: { userPrincipalName: "Ylva@fabrikam.EXAMPLE", temporaryPassword: /^\S{20,}$/ },
  });
  t.strictSame(await query("select name, plan, policy->>'scope' as scope from tenants where id = $1", [tenant.id]), [
    { name: "Fabrikam", plan: "business", scope: "all" },
  ]);
  t.strictSame(await query("select user_id, role from user_roles where user_id = $1", [admin.id]), [
    { user_id: admin.id, role: "globalAdministrator" },
  ]);
  const [password] = await query("select *, expires_at - changed_at = interval '24 hours' as a_day from passwords where user_id = $1", [
    admin.id,
  ]);
  t.match(password, { must_change: true, temporary: true, a_day: true });
  t.match(await query("select type, outcome, actor, user_id, details from audit_events where tenant_id = $1", [tenant.id]), [
    { type: "tenant.create", outcome: "success", actor: { kind: "operator" }, user_id: admin.id, details: { domain: "fabrikam.example" } },
  ]);
  const answer = await signIn(product, "ylva@fabrikam.example", admin.temporaryPassword);
  t.match(answer, { status: 200, json: { next: "interrupts", interrupts: ["change-password"] } });
  t.equal(
    JSON.stringify(await query("select * from audit_events")).includes(admin.temporaryPassword),
    false,
    "the password is in no record",
  );
});

t.test("for people the password stands in plain sight, once", async (t) => {
  const { env, product } = await service(t);
  const { code, stdout, stderr } = await rekey(create("fabrikam.example", "ylva@fabrikam.example", "--plan", "trial"), { env });
  t.match({ code, stderr }, { code: 0, stderr: "" });
  const password = /^ {2}temporary password {2}(\S+)$/m.exec(stdout)?.[1] ?? "";
  t.equal(stdout.split(password).length, 2);
  t.match(stdout, /^ {2}plan +trial$/m);
  t.match(stdout, /must be changed at the first sign-in. It is good until \d{4}-\d\d-\d\d \d\d:\d\d UTC\.\n$/);
  t.match(await signIn(product, "ylva@fabrikam.example", password), { status: 200 });
});

t.test("a domain or a name that is taken is refused, and nothing is left behind", async (t) => {
  const { product, env, query } = await service(t);
  const tenants = async () => (await query("select count(*) from tenants"))[0].count;
  const before = await tenants();
  const refused = (run: Run, words: string) =>
    t.strictSame(run, { code: 1, stdout: "", stderr: `error: ${words} is taken already; nothing was made.\n` });
  refused(await rekey(create("contoso.example", "new@contoso.example", "--json"), { env }), "The domain contoso.example");
  const name = parseUserPrincipalName("ylva@fabrikam.example");
  if (!name.ok) throw new Error(name.reason);
  const known = { tenantId: product.demo.tenant.id, name };
  await insertUser(product.connection.db, known, { sealer: createSealer(product.keyring), now: product.clock.now() });
  refused(await rekey(create("fabrikam.example", "YLVA@fabrikam.example"), { env }), "The user principal name YLVA@fabrikam.example");
  t.equal(await tenants(), before);
  t.strictSame(await query("select 1 from tenant_domains where domain = 'fabrikam.example'"), []);
});

t.test("a domain is kept in its ASCII form, and so is the administrator's", async (t) => {
  const { env, query } = await service(t);
  const { tenant, admin } = await rekeyJson(t, create("bücher.example", "Åsa@BÜCHER.example"), { env });
  t.equal(tenant.domain, "xn--bcher-kva.example");
  t.strictSame(await query("select upn_key from users where id = $1", [admin.id]), [{ upn_key: "åsa@xn--bcher-kva.example" }]);
});

t.test("tenants list shows every organisation and no stand-in", async (t) => {
  const { product, env } = await service(t);
  const { tenant } = await rekeyJson(t, create("fabrikam.example", "ylva@fabrikam.example"), { env });
  const { items, nextCursor } = await rekeyJson(t, ["tenants", "list"], { env });
  t.equal(nextCursor, null);
  t.match(items, [
    { id: product.demo.tenant.id, domains: ["contoso.example"], plan: "premium", users: product.demo.users.length },
    { id: tenant.id, name: "Fabrikam", domains: ["fabrikam.example"], plan: "business", users: 1, createdAt: /^\d{4}-.*Z$/ },
  ]);
  t.equal(items.length, 2);
  const { stdout } = await rekey(["tenants", "list"], { env });
  t.match(stdout, /^DOMAIN +NAME +PLAN +USERS +CREATED +ID\n/);
  t.match(stdout, new RegExp(`^fabrikam\\.example +Fabrikam +business +1 +\\S+ +${tenant.id}$`, "m"));
});

t.test("apps create makes an application that gets tokens, and records it", async (t) => {
  const { product, env, query } = await service(t);
  const args = ["apps", "create", "--tenant", "CONTOSO.example", "--name", "HR", "--scope", "users:write  users:read users:read"];
  const app = await rekeyJson(t, args, { env });
  t.strictSame(Object.keys(app), ["clientId", "clientSecret", "scope"]);
  t.equal(app.scope, "users:read users:write");
  const token = await fetch(`${product.baseUrl}/oauth/token`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${app.clientId}:${app.clientSecret}`).toString("base64")}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  t.match(await token.json(), { scope: "users:read users:write" });
  const events = await query("select tenant_id, outcome, actor, details from audit_events where type = 'app.create'");
  t.match(events, [
    { tenant_id: product.demo.tenant.id, outcome: "success", actor: { kind: "operator" }, details: { clientId: app.clientId, name: "HR" } },
  ]);
  t.equal(JSON.stringify(events).includes(app.clientSecret), false);
  const { stdout } = await rekey(args, { env });
  t.match(stdout, /^ {2}client id {6}app-\S+\n {2}client secret {2}\S{43}\n {2}scope {10}users:read users:write$/m);
  const nobody = await rekey(["apps", "create", "--tenant", "nobody.example", "--name", "HR", "--scope", "users:read"], { env });
  t.match(nobody, { code: 1, stdout: "", stderr: /^error: No tenant has the domain nobody\.example/ });
});
