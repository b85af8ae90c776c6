import t from "tap";
import { newPerson } from "../builders/administrator.ts";
import { auditEvents } from "../builders/application.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import { rekey, rekeyJson } from "./rekey-process.ts";

const operator = ({ config }: StartedProduct) => ({ env: { DATABASE_URL: config.databaseUrl?.reveal() ?? "" } });
const recover = (...more: string[]) => ["tenants", "recover-admin", "--domain", "contoso.example", ...more];
const signIn = (run: StartedProduct, userPrincipalName: string, password: string) =>
  run.call("POST", "/v1/sign-in", { body: { userPrincipalName, password } });

t.test("a Global Administrator who is locked out in every way gets back in, and everybody learns of it", async (t) => {
  const run = await startProduct(t, { env: { LIMITS_FACTOR: "1" } });
  const { pool } = run.connection;
  const other = await newPerson(run, { roles: ["globalAdministrator"] });
  const lost = await newPerson(run, { roles: ["globalAdministrator"] });
  for (let tries = 0; tries < 11; tries++) await signIn(run, lost.userPrincipalName, `wrong-${tries}`);
  t.equal((await signIn(run, lost.userPrincipalName, lost.password)).status, 429, "locked out");
  await pool.query("update users set enabled = false, recovery_frozen_at = now(), deleted_at = now() where id = $1", [lost.id]);
  await pool.query("update authentication_methods set consecutive_failures = 30 where user_id = $1", [lost.id]);
  await pool.query("delete from user_roles where user_id = $1", [lost.id]);

  const { tenant, admin } = await rekeyJson(t, recover("--admin", lost.userPrincipalName), operator(run));
  t.match(tenant, { id: run.demo.tenant.id, domain: "contoso.example" });
  t.match(admin, { id: lost.id, userPrincipalName: lost.userPrincipalName, temporaryPassword: /^\S{20,}$/ });
  await run.settled();

  t.match(
    await signIn(run, lost.userPrincipalName, admin.temporaryPassword),
    { status: 200, json: { next: "second-step" } },
    "methods stay",
  );
  t.equal((await signIn(run, lost.userPrincipalName, lost.password)).status, 401, "the old password is out");
  const [state] = (
    await pool.query(
      `select u.enabled, u.deleted_at, u.recovery_frozen_at, p.temporary, p.expires_at - p.changed_at = interval '1 hour' as an_hour,
        array(select role from user_roles r where r.user_id = u.id) as roles,
        (select sum(consecutive_failures)::int from authentication_methods m where m.user_id = u.id) as failures,
        (select count(*)::int from authentication_methods m where m.user_id = u.id) as methods
      from users u join passwords p on p.user_id = u.id where u.id = $1`,
      [lost.id],
    )
  ).rows;
  t.match(state, {
    ...{ enabled: true, deleted_at: null, recovery_frozen_at: null, temporary: true, an_hour: true },
    ...{ roles: ["globalAdministrator"], failures: 0, methods: 2 },
  });
  t.match(await auditEvents(run, "tenant.recover-admin"), [
    { actor: { kind: "operator" }, user_id: lost.id, details: { made: false, granted: true } },
  ]);
  const told = (await run.outbox()).filter(({ text }) => text.includes("whoever runs this installation"));
  t.ok(told.some(({ to }) => to === other.contacts[0]?.value));
  const { rows } = await pool.query("select details::text from audit_events");
  t.notOk(JSON.stringify(rows).includes(admin.temporaryPassword));
  t.notOk(run.logs.some((line) => line.includes(admin.temporaryPassword)));
});

t.test("a new one is made where all are gone, and can only register before anything else", async (t) => {
  const run = await startProduct(t);
  await run.connection.pool.query("delete from user_roles");
  const nobody = await rekey(recover(), operator(run));
  t.match(nobody, { code: 1, stdout: "", stderr: /There is no Global Administrator: name one to make with --admin/ });
  const { admin } = await rekeyJson(t, recover("--admin", "rescue@contoso.example"), operator(run));
  const answer = await signIn(run, "rescue@contoso.example", admin.temporaryPassword);
  t.equal(answer.status, 200);
  const token = answer.json.accessToken ?? answer.json.token;
  t.not((await run.call("GET", "/v1/users", { token })).status, 200, "nothing is administered with a temporary password");
});

t.test("without a name the only one is meant; several have to be told apart; strangers are refused", async (t) => {
  const run = await startProduct(t);
  const { admin } = await rekeyJson(t, recover(), operator(run));
  t.equal(admin.userPrincipalName, run.person("ylva").userPrincipalName);
  const { stdout } = await rekey(recover(), operator(run));
  t.match(stdout, /^ {2}temporary password {2}\S+$/m);
  const second = await newPerson(run, { roles: ["globalAdministrator"] });
  const several = await rekey(recover(), operator(run));
  t.match(several, { code: 1, stdout: "" });
  t.match(several.stderr, `  - ${second.userPrincipalName}`);
  t.match(await rekey(recover("--admin", "x@fabrikam.example"), operator(run)), { code: 1, stderr: /in none of its domains/ });
  t.match(await rekey(["tenants", "recover-admin", "--domain", "nobody.example"], operator(run)), {
    code: 1,
    stderr: /No tenant has the domain nobody\.example/,
  });
  t.match(await rekey(recover("--admin", "ylva"), operator(run)), { code: 2, stderr: /is not a user principal name/ });
});
