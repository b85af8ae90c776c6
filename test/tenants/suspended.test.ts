import t from "tap";
import { newAdministrator } from "../builders/administrator.ts";
import { demoApplication, newApplication } from "../builders/application.ts";
import { rekey, rekeyJson } from "../cli/rekey-process.ts";
import { type Answer, type StartedProduct, startProduct, until } from "../journeys/product.ts";
import { addressOf, onEachState, setPassword, signIn } from "../journeys/reset-steps.ts";
import { createFormClient } from "../pages/form-client.ts";
import { provedReset } from "../security/proved-reset.ts";

const envOf = (run: StartedProduct) => ({ DATABASE_URL: run.config.databaseUrl?.reveal() ?? "" });
const suspend = (run: StartedProduct, what = "suspend", domain = "contoso.example") =>
  rekey(["tenants", what, "--domain", domain], { env: envOf(run) });

const start = (run: StartedProduct, userPrincipalName: string) => run.call("POST", "/v1/password-resets", { body: { userPrincipalName } });

/** What must be alike: nothing that is random. */
const seen = ({ status, text }: Answer) => [status, text.replaceAll(/"(instance|id|token|supportCode|expiresAt)":"[^"]*"/g, "")].join(" ");

onEachState(t, "a suspended tenant dies at once, and lives again as it was", async (t, state) => {
  const run = await startProduct(t, { state });
  const henrik = run.person("henrik");
  const app = await demoApplication(run);
  const admin = await newAdministrator(run, ["globalAdministrator"]);
  const person = (await signIn(run, henrik.userPrincipalName, henrik.password)).json;
  const open = await provedReset(run, "henrik");
  const call = (token: string, method = "GET", path = "/v1/me") => run.call(method, path, { token });
  t.equal((await call(person.accessToken)).status, 200);
  t.equal((await app.call("GET", "/v1/users")).status, 200);

  t.match(await suspend(run), { code: 0, stdout: /Contoso Demo is shut out/ });
  t.match((await rekeyJson(t, ["tenants", "list"], { env: envOf(run) })).items, [{ suspended: true }]);
  t.equal((await call(person.accessToken)).status, 401, "the token of a person");
  t.equal((await admin.call("GET", "/v1/users")).status, 401, "of an administrator");
  t.equal((await app.call("GET", "/v1/users")).status, 401, "of an application");
  t.equal((await run.call("POST", "/v1/sign-in/refresh", { body: { refreshToken: person.refreshToken } })).status, 401, "a refresh token");
  t.equal((await setPassword(run, open, "kanot vid lugn fjord 77")).status, 403, "a running reset");
  const basic = Buffer.from(`${run.demo.app.clientId}:${run.demo.app.clientSecret}`).toString("base64");
  const token = await run.call("POST", "/oauth/token", {
    body: "grant_type=client_credentials",
    headers: { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" },
  });
  t.match(token, { status: 401, json: { error: "invalid_client" } });
  t.equal(
    seen(await signIn(run, henrik.userPrincipalName, henrik.password)),
    seen(await signIn(run, "nobody@elsewhere.example", henrik.password)),
    "signing in",
  );
  const before = (await run.outbox()).length;
  await run.call("POST", "/v1/user-name-reminders", { body: { emailOrPhone: addressOf(henrik, "email") } });
  await run.call("POST", "/v1/help-requests", { body: { userPrincipalName: henrik.userPrincipalName } });
  t.equal(seen(await start(run, henrik.userPrincipalName)), seen(await start(run, "nobody@elsewhere.example")), "the start of a reset");
  await run.settled();
  t.equal((await run.outbox()).length, before, "nothing is sent");

  t.match(await suspend(run, "resume"), { code: 0, stdout: /Contoso Demo is open again/ });
  t.equal((await call(person.accessToken)).status, 200, "the session is as it was");
  t.equal((await admin.call("GET", "/v1/users")).status, 200);
  t.equal((await app.call("GET", "/v1/users")).status, 200);
  t.equal((await run.call("POST", "/v1/sign-in/refresh", { body: { refreshToken: person.refreshToken } })).status, 200);
  const { rows } = await run.connection.pool.query(
    "select type, actor from audit_events where type in ('tenant.suspend', 'tenant.resume') order by at",
  );
  t.strictSame(rows, [
    { type: "tenant.suspend", actor: { kind: "operator" } },
    { type: "tenant.resume", actor: { kind: "operator" } },
  ]);
});

t.test("an own policy of a suspended tenant shows nowhere", async (t) => {
  const run = await startProduct(t, { worker: false });
  const app = await newApplication(run);
  await app.call("PATCH", "/v1/policy", {
    body: { disclosure: "helpful", helpdesk: { email: "help@contoso.example" }, methods: ["authenticatorApp"] },
    headers: { "if-match": "*" },
  });
  await run.connection.pool.query("update tenants set accent_color = '#7a1f5c' where id = $1", [run.demo.tenant.id]);
  const page = async (domain: string) => {
    const client = createFormClient(run);
    const first = await client.get(`/reset?tenant=${domain}`);
    await client.get("/help");
    const help = await client.post("/help", { userPrincipalName: `henrik.dahl@${domain}` });
    return [first.html, help.html].join("").replaceAll(/value="[^"]*"/g, "");
  };
  t.match(await page("contoso.example"), /7a1f5c[\s\S]*help@contoso\.example/);
  await suspend(run);
  t.equal(await page("contoso.example"), await page("elsewhere.example"));
  t.equal((await start(run, run.person("henrik").userPrincipalName)).status, 201);
});

t.test("a link of a suspended tenant is like one that is gone", async (t) => {
  const run = await startProduct(t);
  const reset = await provedReset(run, "henrik");
  await setPassword(run, reset, "kanot vid lugn fjord 77");
  await run.settled();
  const to = addressOf(run.person("henrik"), "email");
  const mail = (await run.outbox()).find((item) => item.to === to && item.text.includes("/l/"));
  const link = /https?:\/\/\S+\/l\/\S+/.exec(mail?.text ?? "")?.[0] ?? "";
  t.not(link, "");
  const visit = async () => {
    const client = createFormClient(run);
    await client.get(new URL(link).pathname);
    return (await client.get("/not-me")).html;
  };
  t.match(await visit(), "Was it not you?");
  await suspend(run);
  t.match(await visit(), "This link is no longer good");
  await suspend(run, "resume");
  t.match(await visit(), "Was it not you?");
});

t.test("suspending twice is suspending once", async (t) => {
  const run = await startProduct(t, { worker: false });
  for (const what of ["suspend", "suspend", "resume", "resume"]) t.equal((await suspend(run, what)).code, 0);
  const { rows } = await run.connection.pool.query("select count(*)::int from audit_events where type like 'tenant.%'");
  t.equal(rows[0].count, 2);
  t.match(await suspend(run, "suspend", "nobody.example"), { code: 1, stderr: /^error: No tenant has the domain nobody\.example\./ });
  t.match(await rekeyJson(t, ["tenants", "suspend", "--domain", "contoso.example"], { env: envOf(run) }), { tenant: { suspended: true } });
});

t.test("a job of a suspended tenant stands still, and goes on when it is resumed", async (t) => {
  const run = await startProduct(t, { worker: false });
  const app = await demoApplication(run);
  const users = ["henrik", "signe"].map((name) => run.person(name).userPrincipalName);
  const job = (await app.call("POST", "/v1/password-reset-jobs", { body: { users } })).json;
  await suspend(run);
  await run.product.worker.start();
  t.teardown(() => run.product.worker.stop());
  await run.settled();
  const outcomes = async () =>
    (await run.connection.pool.query("select state from password_job_rows where job_id = $1 order by position", [job.id])).rows;
  t.same(await outcomes(), [{ state: "pending" }, { state: "pending" }]);
  await suspend(run, "resume");
  await until(async () => (await outcomes()).every(({ state }) => state === "done"));
  await run.settled();
  t.match((await app.call("GET", `/v1/password-reset-jobs/${job.id}`)).json, { state: "done", done: 2, failed: 0, skipped: 0 });
});
