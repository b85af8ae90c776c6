import t from "tap";
import { DAY } from "../../src/kit/clock.ts";
import { demoApplication } from "../builders/application.ts";
import { type Answer, type StartedProduct, startProduct } from "../journeys/product.ts";
import { addressOf, messageTo, onEachState, signIn } from "../journeys/reset-steps.ts";
import { createFormClient } from "../pages/form-client.ts";
import { password } from "../security/proved-reset.ts";

const change = (run: Pick<StartedProduct, "call">, token: string, currentPassword: string, newPassword: string): Promise<Answer> =>
  run.call("POST", "/v1/me/password", { token, body: { currentPassword, newPassword } });
const me = async (run: StartedProduct, token: string) => (await run.call("GET", "/v1/me", { token })).status;

async function rows(run: StartedProduct, sql: string): Promise<Record<string, unknown>[]> {
  return (await run.connection.pool.query(sql)).rows;
}

onEachState(t, "the session that changed it lives on, every other one ends", async (t, state) => {
  const run = await startProduct(t, { state });
  const person = run.person("henrik");
  const name = person.userPrincipalName;
  const [own, other] = [await signIn(run, name, person.password), await signIn(run, name, person.password)];
  t.equal((await change(run, own.json.accessToken, person.password, password(1))).status, 204);
  t.same([await me(run, own.json.accessToken), await me(run, other.json.accessToken)], [200, 401]);
  t.same((await run.call("POST", "/v1/sign-in/refresh", { body: { refreshToken: other.json.refreshToken } })).status, 401);
  t.same((await run.call("POST", "/v1/sign-in/refresh", { body: { refreshToken: own.json.refreshToken } })).status, 200);
  await run.settled();
  t.equal(await me(run, own.json.accessToken), 200, "the job that repeats it ends nothing more");
  t.same([(await signIn(run, name, person.password)).status, (await signIn(run, name, password(1))).status], [401, 200]);
  t.equal((await change(run, own.json.accessToken, password(1), password(2))).status, 204, "and again from the same session");
  const events = await rows(run, "select outcome, actor->>'kind' as actor from audit_events where type = 'password.change'");
  t.same(events, [
    { outcome: "success", actor: "user" },
    { outcome: "success", actor: "user" },
  ]);
});

t.test("what is wrong is told after the present password is proved, and changes nothing", async (t) => {
  const run = await startProduct(t);
  const person = run.person("henrik");
  const token = (await signIn(run, person.userPrincipalName, person.password)).json.accessToken;
  t.match(await change(run, token, "not it", "short"), { status: 401, json: { code: "sign-in-failed", reasons: undefined } });
  t.match(await change(run, token, person.password, "short"), { status: 422, json: { code: "password-rejected", reasons: ["too-short"] } });
  t.match(await change(run, token, person.password, person.password), { status: 422, json: { reasons: ["in-history"] } });
  await run.connection.pool.query(`update tenants set policy = jsonb_set(policy, '{passwords,history}', '0')`);
  t.match(await change(run, token, person.password, person.password), { status: 422, json: { reasons: ["in-history"] } }, "never the same");
  await run.connection.pool.query(`update tenants set policy = jsonb_set(policy, '{passwords,history}', '3')`);
  t.equal((await change(run, token, person.password, password(1))).status, 204);
  t.equal((await change(run, token, password(1), person.password)).status, 422, "a former one");
  for (const body of [
    { currentPassword: "x" },
    { currentPassword: "x", newPassword: ["y"] },
    { currentPassword: "", newPassword: "y" },
    [],
  ])
    t.equal((await run.call("POST", "/v1/me/password", { token, body })).status, 400, JSON.stringify(body));
  t.equal((await change(run, "", person.password, password(2))).status, 401);
  t.equal((await change(run, await run.appToken(), person.password, password(2))).status, 403, "applications have none");
});

onEachState(t, "two at once: one wins, the other one's password is not the present one any more", async (t, state) => {
  const run = await startProduct(t, { state });
  const person = run.person("henrik");
  const name = person.userPrincipalName;
  const sessions = await Promise.all([1, 2, 3].map(async () => (await signIn(run, name, person.password)).json.accessToken as string));
  const tries = sessions.map((token, index) => change(run, token, person.password, password(index)));
  const statuses = (await Promise.all(tries)).map(({ status }) => status);
  t.same([...statuses].sort(), [204, 401, 401]);
  const won = statuses.indexOf(204);
  t.equal((await signIn(run, name, password(won))).status, 200);
  t.same(
    await Promise.all(sessions.map((token) => me(run, token))),
    statuses.map((status) => (status === 204 ? 200 : 401)),
  );
  t.equal((await rows(run, "select 1 from audit_events where type = 'password.change'")).length, 1);
});

t.test("a temporary password opens the change alone, and with it everything", async (t) => {
  const run = await startProduct(t);
  const person = run.person("henrik");
  const name = person.userPrincipalName;
  await run.connection.pool.query(
    `update passwords set temporary = true, must_change = true, expires_at = $1 where user_id = (select id from users where upn_key = $2)`,
    [new Date(run.clock.now() + DAY), name],
  );
  const { json } = await signIn(run, name, person.password);
  t.match(json, { next: "interrupts", interrupts: ["change-password"] });
  t.equal(await me(run, json.accessToken), 401);
  t.equal((await change(run, json.accessToken, person.password, password(1))).status, 204);
  t.equal(await me(run, json.accessToken), 200, "the same access token");
  t.match((await signIn(run, name, password(1))).json, { next: "done", interrupts: [] });
  run.clock.turn(2 * DAY);
  t.equal((await signIn(run, name, password(1))).status, 200, "nothing temporary is left");
  const state = await rows(
    run,
    `select temporary, must_change, expires_at from passwords where user_id = (select id from users where upn_key = '${name}')`,
  );
  t.same(state, [{ temporary: false, must_change: false, expires_at: null }]);
});

t.test("an expired temporary password signs nobody in, and changes nothing in a session from before", async (t) => {
  const run = await startProduct(t);
  const person = run.person("henrik");
  await run.connection.pool.query(`update passwords set temporary = true, must_change = true, expires_at = $1`, [
    new Date(run.clock.now() + 60_000),
  ]);
  const token = (await signIn(run, person.userPrincipalName, person.password)).json.accessToken;
  run.clock.turn(60_000);
  t.equal((await signIn(run, person.userPrincipalName, person.password)).status, 401);
  t.equal((await change(run, token, person.password, password(1))).status, 401);
});

t.test("every address is told, with a link that stops it", async (t) => {
  const run = await startProduct(t);
  const person = run.person("henrik");
  const name = person.userPrincipalName;
  const token = (await signIn(run, name, person.password)).json.accessToken;
  await run.connection.pool.query("update users set preferred_language = 'sv' where upn_key = $1", [name]);
  t.equal((await change(run, token, person.password, password(1))).status, 204);
  const mail = await messageTo(run, addressOf(person, "email"));
  const text = await messageTo(run, addressOf(person, "mobilePhone"));
  t.equal(mail.subject, "Ditt lösenord har ändrats");
  t.match(text.text, "ditt lösenord har ändrats");
  const link = /\/l\/[\w.-]+/.exec(mail.text)?.[0] ?? "";
  t.match(text.text, link, "the same link");
  await run.settled();
  t.equal((await run.outbox()).length, 2, "each once");

  const client = createFormClient(run);
  await client.get(link);
  t.equal((await client.get("/not-me")).status, 200);
  t.equal(await me(run, token), 200, "reading changes nothing");
  await client.submit("/not-me", {});
  t.equal(await me(run, token), 401);
  t.equal((await signIn(run, name, password(1))).status, 401, "the password of the thief is stopped");
  t.match(await rows(run, "select reason, flow_id, details from audit_events where type = 'recovery.frozen'"), [
    { reason: "password-change-disputed", flow_id: null, details: { passwordSuspended: true } },
  ]);
});

t.test("a password set since is kept, when an older change is disputed", async (t) => {
  const run = await startProduct(t);
  const person = run.person("henrik");
  const token = (await signIn(run, person.userPrincipalName, person.password)).json.accessToken;
  await change(run, token, person.password, password(1));
  const link = /\/l\/[\w.-]+/.exec((await messageTo(run, addressOf(person, "email"))).text)?.[0] ?? "";
  run.clock.turn(1000);
  await change(run, token, password(1), password(2));
  const client = createFormClient(run);
  await client.get(link);
  await client.get("/not-me");
  await client.submit("/not-me", {});
  t.equal((await signIn(run, person.userPrincipalName, password(2))).status, 200);
});

onEachState(t, "guessing the present password is guessing at sign-in", async (t, state) => {
  const run = await startProduct(t, { state, env: { LIMITS_FACTOR: "1" } });
  const person = run.person("henrik");
  const token = (await signIn(run, person.userPrincipalName, person.password)).json.accessToken;
  const answers: number[] = [];
  for (let turn = 0; turn < 11; turn += 1) answers.push((await change(run, token, `wrong ${turn}`, password(1))).status);
  t.same(answers, [...Array(10).fill(401), 429]);
  t.equal((await signIn(run, person.userPrincipalName, person.password)).status, 429);
  run.clock.turn(60_000);
  t.equal((await change(run, token, person.password, password(1))).status, 204);
});

t.test("programs find the page", async (t) => {
  const run = await startProduct(t, { env: { PUBLIC_URL: "https://rekey.contoso.example" } });
  const answer = await run.call("GET", "/.well-known/change-password", { headers: { host: "evil.example" } });
  t.same([answer.status, answer.headers.get("location")], [302, "https://rekey.contoso.example/change-password"]);
});

t.test("lifetimes: a password too old must be changed, unless the person is exempt; the administration sees the end", async (t) => {
  const run = await startProduct(t);
  let app = await demoApplication(run);
  const person = run.person("henrik");
  const path = `/v1/users/${person.userPrincipalName}`;
  const { etag } = Object.fromEntries([...(await app.call("GET", "/v1/policy")).headers]);
  const policy = (await app.call("GET", "/v1/policy")).json;
  t.equal((await app.call("GET", path)).json.password.expiresAt, null);
  const patched = await app.call("PATCH", "/v1/policy", {
    body: { passwords: { ...policy.passwords, lifetimeDays: 90 }, registration: { ...policy.registration, reconfirmDays: 0 } },
    headers: { "if-match": etag ?? "" },
  });
  t.equal(patched.status, 200, patched.text);
  const shown = (await app.call("GET", path)).json.password;
  t.equal(Date.parse(shown.expiresAt), Date.parse(shown.lastChangedAt) + 90 * DAY);
  run.clock.turn(90 * DAY);
  app = await demoApplication(run);
  const late = await signIn(run, person.userPrincipalName, person.password);
  t.match(late.json, { next: "interrupts", interrupts: ["change-password"] });
  const exempt = await app.call("PATCH", path, { body: { password: { neverExpires: true } } });
  t.match(exempt.json.password, { neverExpires: true, expiresAt: null });
  t.match((await signIn(run, person.userPrincipalName, person.password)).json, { next: "done" });
  await app.call("PATCH", path, { body: { password: { neverExpires: true } } });
  t.match(await rows(run, "select details from audit_events where type = 'user.update'"), [
    { details: { changed: ["neverExpires"], neverExpires: true } },
  ]);
  await app.call("PATCH", path, { body: { password: { neverExpires: false } } });
  t.equal((await change(run, late.json.accessToken, person.password, password(1))).status, 204);
  t.equal(await me(run, late.json.accessToken), 200);

  const nobody = await app.call("POST", "/v1/users", { body: { userPrincipalName: "new@contoso.example" } });
  t.match(nobody.json.password, { expiresAt: null, lastChangedAt: null });
  const none = await app.call("PATCH", "/v1/users/new@contoso.example", { body: { password: { neverExpires: true }, surname: "Ny" } });
  t.match(none, { status: 400, json: { errors: [{ field: "/password/neverExpires" }] } });
  t.equal((await app.call("GET", "/v1/users/new@contoso.example")).json.surname, null, "nothing was changed");
  for (const body of [{ password: {} }, { password: { mustChange: true } }, { password: { neverExpires: "yes" } }])
    t.equal((await app.call("PATCH", path, { body })).status, 400, JSON.stringify(body));
  t.match(await app.call("PATCH", `/v1/users/${run.person("ylva").userPrincipalName}`, { body: { password: { neverExpires: true } } }), {
    status: 403,
    json: { missing: ["target"] },
  });
});

t.test("a session that is good for registering alone does not change the password", async (t) => {
  const run = await startProduct(t);
  await run.connection.pool.query(
    "insert into user_roles (user_id, role, granted_at) select id, 'userAdministrator', now() from users where upn_key like 'signe%'",
  );
  const person = run.person("signe");
  const { json } = await signIn(run, person.userPrincipalName, person.password);
  t.same(json.interrupts, ["register-security-info"]);
  t.equal((await change(run, json.accessToken, person.password, password(1))).status, 401);
  t.equal((await signIn(run, person.userPrincipalName, person.password)).status, 200);
});

t.test("whoever has stolen one session uses up no tries of another", async (t) => {
  const run = await startProduct(t, { env: { LIMITS_FACTOR: "1" } });
  const person = run.person("henrik");
  const stolen = (await signIn(run, person.userPrincipalName, person.password)).json.accessToken;
  const own = (await signIn(run, person.userPrincipalName, person.password)).json.accessToken;
  const tried = [];
  for (let count = 0; count < 21; count++) tried.push((await change(run, stolen, person.password, "short")).status);
  t.same(tried, [...Array(20).fill(422), 429]);
  t.equal((await change(run, own, person.password, password(1))).status, 204);
});
