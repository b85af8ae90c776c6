import t from "tap";
import { DAY, HOUR } from "../../src/kit/clock.ts";
import { newAdministrator, newPerson } from "../builders/administrator.ts";
import { auditEvents, demoApplication } from "../builders/application.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import { onEachState, signIn } from "../journeys/reset-steps.ts";
import { password } from "../security/proved-reset.ts";
import { addressOf, followUp, mailTo, reset, resetDone, setPolicy } from "./reset-calls.ts";

const change = (run: StartedProduct, token: string, currentPassword: string, newPassword: string) =>
  run.call("POST", "/v1/me/password", { token, body: { currentPassword, newPassword } });
const me = async (run: StartedProduct, token: string) => (await run.call("GET", "/v1/me", { token })).status;

onEachState(t, "made here, shown once: it opens the change alone, and is good until that is done", async (t, state) => {
  const run = await startProduct(t, { state });
  const helpdesk = await newAdministrator(run, ["helpdeskAdministrator"]);
  const person = await newPerson(run);
  const name = person.userPrincipalName;
  const before = (await signIn(run, name, person.password)).json;
  t.equal(await followUp(helpdesk, person.id), null);

  const answer = await reset(helpdesk, person.id);
  t.equal(answer.status, 200);
  t.strictSame(Object.keys(answer.json).sort(), ["expiresAt", "temporaryPassword"]);
  const { temporaryPassword, expiresAt } = answer.json;
  t.match(temporaryPassword, /^[A-Z][a-z]{3}-\d\d(-[a-z]{4}){3}$/);
  t.equal(Date.parse(expiresAt), run.clock.now() + DAY);
  t.equal(answer.headers.get("cache-control"), "no-store");
  t.equal(await me(run, before.accessToken), 401, "sessions are over before the answer");
  t.equal((await signIn(run, name, person.password)).status, 401, "the old one opens nothing");

  const first = await signIn(run, name, temporaryPassword);
  t.match(first.json, { next: "interrupts", interrupts: ["change-password"] });
  for (const [method, path] of [
    ["GET", "/v1/me"],
    ["GET", "/v1/me/security-info"],
    ["GET", "/v1/users"],
  ] as const)
    t.not((await run.call(method, path, { token: first.json.accessToken })).status, 200, `${path} is closed`);
  // The tab was closed: another one begins again.
  const second = await signIn(run, name, temporaryPassword);
  t.match(second.json, { next: "interrupts", interrupts: ["change-password"] });
  t.same(await followUp(helpdesk, person.id), { deliveredAt: null, openedAt: null, usedAt: null }, "typing it is not using it");
  t.equal((await change(run, second.json.accessToken, temporaryPassword, password(1))).status, 204);
  t.match(await followUp(helpdesk, person.id), { usedAt: new Date(run.clock.now()).toISOString() });
  t.equal((await signIn(run, name, temporaryPassword)).status, 401, "and then it is over");
  t.match((await signIn(run, name, password(1))).json, { next: "done" });
});

onEachState(t, "one of sixteen changes at once succeeds", async (t, state) => {
  const run = await startProduct(t, { state });
  const person = await newPerson(run);
  const { temporaryPassword } = await resetDone(await demoApplication(run), person.id);
  const tokens = await Promise.all(
    Array.from({ length: 16 }, async () => (await signIn(run, person.userPrincipalName, temporaryPassword)).json.accessToken as string),
  );
  const statuses = await Promise.all(tokens.map(async (token, i) => (await change(run, token, temporaryPassword, password(i))).status));
  t.same([...statuses].sort(), [204, ...Array.from({ length: 15 }, () => 401)]);
  t.equal((await signIn(run, person.userPrincipalName, password(statuses.indexOf(204)))).status, 200);
});

t.test("it ends as the tenant says, as the call says, or never", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const [day, hours, never, ever] = await Promise.all([1, 2, 3, 4].map(() => newPerson(run)));
  if (day === undefined || hours === undefined || never === undefined || ever === undefined) throw new Error("four people");
  const byPolicy = await resetDone(app, day.id);
  const byCall = await resetDone(app, hours.id, { lifetimeHours: 2 });
  const endless = await resetDone(app, never.id, { lifetimeHours: 0 });
  await setPolicy(run, "temporaryPassword,lifetimeHours", 0);
  const asSeeds = await resetDone(app, ever.id);
  t.equal(endless.expiresAt, null);
  t.equal(asSeeds.expiresAt, null);
  const status = async ({ userPrincipalName }: { userPrincipalName: string }, secret: string) =>
    (await signIn(run, userPrincipalName, secret)).status;
  run.clock.turn(2 * HOUR - 1);
  t.equal(await status(hours, byCall.temporaryPassword), 200);
  run.clock.turn(1);
  t.equal(await status(hours, byCall.temporaryPassword), 401, "two hours");
  run.clock.turn(22 * HOUR - 1);
  t.equal(await status(day, byPolicy.temporaryPassword), 200);
  run.clock.turn(1);
  t.equal(await status(day, byPolicy.temporaryPassword), 401, "a day");
  run.clock.turn(365 * DAY);
  t.match((await signIn(run, never.userPrincipalName, endless.temporaryPassword)).json, { interrupts: ["change-password"] });
  t.match((await signIn(run, ever.userPrincipalName, asSeeds.temporaryPassword)).json, { interrupts: ["change-password"] });
});

t.test("it cannot become the lasting one, whatever the history and the writing", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const person = await newPerson(run);
  for (const history of [0, 1, 5]) {
    await setPolicy(run, "passwords,history", history);
    const typed = `påfågel-åker-skridskor-${history}`;
    await resetDone(app, person.id, { password: typed });
    const { accessToken } = (await signIn(run, person.userPrincipalName, typed)).json;
    for (const again of [typed, typed.normalize("NFD")])
      t.match(await change(run, accessToken, typed, again), { status: 422, json: { code: "password-rejected", reasons: ["in-history"] } });
    t.equal((await signIn(run, person.userPrincipalName, typed)).status, 200, "a refusal uses nothing up");
  }
});

t.test("typed in, it is judged like any other; without a forced change it lasts", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const person = await newPerson(run);
  t.match(await reset(app, person.id, { password: "short" }), { status: 422, json: { code: "password-rejected", reasons: ["too-short"] } });
  t.match(await reset(app, person.id, { password: person.password }), { status: 422, json: { reasons: ["in-history"] } });
  t.equal((await signIn(run, person.userPrincipalName, person.password)).status, 200, "nothing has happened");
  t.same(await resetDone(app, person.id, { password: password(1), mustChange: false }), { expiresAt: null });
  t.match((await signIn(run, person.userPrincipalName, password(1))).json, { next: "done", interrupts: [] });
  const made = await resetDone(app, person.id, { mustChange: false });
  run.clock.turn(365 * DAY);
  t.equal((await signIn(run, person.userPrincipalName, made.temporaryPassword)).status, 200);
  t.equal(await followUp(await demoApplication(run), person.id), null, "nothing to follow up");
  const events = (await auditEvents(run, "password.reset-by-administrator")).map(({ details }) => details);
  t.same(events.map(({ generated }) => generated).sort(), [false, true]);
  for (const details of events) t.match(details, { mode: "temporaryPassword", password: "lasting", link: "none", expiresAt: null });
});

t.test("long passwords are made where the rules want them", async (t) => {
  const run = await startProduct(t);
  await setPolicy(run, "passwords,minLength", 64);
  const { temporaryPassword } = await resetDone(await demoApplication(run), (await newPerson(run)).id, { mustChange: false });
  t.ok(temporaryPassword.length >= 64);
});

t.test("it lifts the lockout, for every source", async (t) => {
  const run = await startProduct(t, { env: { LIMITS_FACTOR: "1" } });
  const person = await newPerson(run);
  const app = await demoApplication(run);
  for (let i = 0; i < 10; i += 1) await signIn(run, person.userPrincipalName, `wrong-${i}`);
  t.equal((await signIn(run, person.userPrincipalName, person.password)).status, 429, "locked");
  const { temporaryPassword } = await resetDone(app, person.id);
  t.equal((await signIn(run, person.userPrincipalName, temporaryPassword)).status, 200);
});

t.test("the person is told everywhere, the Global Administrators too, and the person can object", async (t) => {
  const run = await startProduct(t);
  const [acting, other] = [await newAdministrator(run, ["globalAdministrator"]), await newPerson(run, { roles: ["globalAdministrator"] })];
  const disabled = await newPerson(run, { roles: ["globalAdministrator"], enabled: false });
  const person = await newPerson(run);
  await run.connection.pool.query("update users set preferred_language = 'sv' where id = $1", [other.id]);
  const { temporaryPassword } = await resetDone(acting, person.id);
  const told = await mailTo(run, addressOf(person), "Your password was reset for you");
  const text = (await run.outbox()).find((item) => item.to === addressOf(person, "mobilePhone"));
  t.match(text?.text, /reset for you/);
  const administrator = await mailTo(run, addressOf(other), "Ett lösenord har återställts åt någon");
  t.match(administrator.text, person.userPrincipalName);
  t.match(administrator.text, acting.userPrincipalName);
  await run.settled();
  const all = await run.outbox();
  t.notOk(
    all.some((item) => item.text.includes(temporaryPassword)),
    "the password is in no message",
  );
  t.notOk(told.text.includes(acting.userPrincipalName), "the person is not told who by name");
  t.equal(all.filter((item) => item.to === addressOf(acting) && item.subject?.startsWith("A password was reset")).length, 0);
  t.equal(all.filter((item) => item.to === addressOf(disabled)).length, 0);

  const link = /\/l\/[\w.-]+/.exec(told.text)?.[0] ?? "";
  const { createFormClient } = await import("../pages/form-client.ts");
  const client = createFormClient(run);
  t.equal((await client.get(link)).headers.get("location"), "/not-me");
  await client.get("/not-me");
  t.equal((await client.submit("/not-me", {})).status, 200);
  t.equal((await signIn(run, person.userPrincipalName, temporaryPassword)).status, 401, "it is stopped");
  t.equal(await followUp(acting, person.id), null);
});

t.test("nobody is told where the policy says so", async (t) => {
  const run = await startProduct(t);
  const other = await newPerson(run, { roles: ["globalAdministrator"] });
  await setPolicy(run, "notifications", { users: false, administrators: false });
  const person = await newPerson(run);
  await resetDone(await demoApplication(run), person.id);
  await run.settled();
  const addresses = [addressOf(person), addressOf(other)];
  t.same(
    (await run.outbox()).filter((item) => addresses.includes(item.to)),
    [],
  );
});
