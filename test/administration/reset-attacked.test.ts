import t from "tap";
import { newAdministrator, newPerson } from "../builders/administrator.ts";
import { anotherTenant, auditEvents, demoApplication, newApplication } from "../builders/application.ts";
import { startProduct } from "../journeys/product.ts";
import { signIn } from "../journeys/reset-steps.ts";
import { createFormClient } from "../pages/form-client.ts";
import { type Canaries, leaks } from "../security/leak-search.ts";
import { password } from "../security/proved-reset.ts";
import { addressOf, LINK_SUBJECT, linkIn, mailTo, reset, resetDone, setPolicy } from "./reset-calls.ts";

t.test("never oneself, nobody out of reach, nobody of another house", async (t) => {
  const run = await startProduct(t);
  const helpdesk = await newAdministrator(run, ["helpdeskAdministrator"]);
  const global = await newAdministrator(run, ["globalAdministrator"]);
  const app = await demoApplication(run);
  const plain = await newPerson(run);
  for (const [by, id, status, missing] of [
    [helpdesk, helpdesk.id, 403, "target"],
    [global, global.id, 403, "target"],
    [helpdesk, global.id, 403, "target"],
    [app, helpdesk.id, 403, "target"],
    [await newApplication(run, { scopes: ["users:read", "users:write"] }), plain.id, 403, "scope"],
    [await newAdministrator(run, ["reportsReader"]), plain.id, 403, "role"],
  ] as const) {
    const answer = await reset(by, id);
    t.match(answer, { status, json: { code: "forbidden", missing: [missing], reason: String } });
  }
  const foreign = await anotherTenant(run, "other.example");
  t.match(await reset(foreign, plain.id), { status: 404, json: { code: "not-found" } });
  t.match(await reset(app, "11111111-2222-3333-4444-555555555555"), { status: 404 });
  t.equal((await signIn(run, plain.userPrincipalName, plain.password)).status, 200, "nobody was touched");
  t.equal((await auditEvents(run, "password.reset-by-administrator")).length, 0);
  t.equal((await reset(app, plain.userPrincipalName)).status, 200, "by name too");
});

t.test("bodies that are wrong or contradict themselves", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const { id } = await newPerson(run);
  for (const body of [
    { mode: "sms" },
    { mode: "link", password: password(1) },
    { mode: "link", mustChange: false },
    { password: "" },
    { password: 1 },
    { mustChange: "false" },
    { lifetimeHours: -1 },
    { lifetimeHours: 8761 },
    { lifetimeHours: 1.5 },
    { emailTo: ["a@b.example"] },
    { temporary: true },
    [],
  ])
    t.match(await reset(app, id, body), { status: 400, json: { code: "invalid-request" } }, JSON.stringify(body));
  t.equal((await auditEvents(run, "password.reset-by-administrator")).length, 0);
});

t.test("a directory's password is not ours", async (t) => {
  const run = await startProduct(t);
  const { id } = await newPerson(run);
  await run.connection.pool.query("update users set directory_id = gen_random_uuid() where id = $1", [id]);
  t.match(await reset(await demoApplication(run), id), { status: 503, json: { code: "directory-unavailable" } });
});

t.test("a repeated call is answered alike, and to nobody else", async (t) => {
  const run = await startProduct(t);
  const [app, other] = [await demoApplication(run), await newApplication(run)];
  const person = await newPerson(run);
  const key = { "idempotency-key": "reset-1" };
  const first = await reset(app, person.id, {}, key);
  const again = await reset(app, person.id, {}, key);
  t.same(again.json, first.json, "one password");
  t.equal(again.headers.get("idempotency-replayed"), "true");
  t.match(await reset(app, person.id, { lifetimeHours: 1 }, key), { status: 422, json: { code: "idempotency-key-reused" } });
  t.match(await reset(app, (await newPerson(run)).id, {}, key), { status: 422, json: { code: "idempotency-key-reused" } });
  const stranger = await reset(other, person.id, {}, key);
  t.equal(stranger.status, 200);
  t.not(stranger.json.temporaryPassword, first.json.temporaryPassword, "another caller's key is another key");
  t.equal((await auditEvents(run, "password.reset-by-administrator")).length, 2);
});

t.test("sixteen resets at once leave one password and one link", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const person = await newPerson(run);
  const answers = await Promise.all(Array.from({ length: 16 }, () => reset(app, person.id, { emailTo: addressOf(person) })));
  const open = await Promise.all(
    answers.map(async ({ json }) => (await signIn(run, person.userPrincipalName, json.temporaryPassword)).status),
  );
  t.equal(open.filter((status) => status === 200).length, 1);
  const { rows } = await run.connection.pool.query(
    "select count(*)::int as good from one_time_links where purpose = 'set-password' and expires_at > $1",
    [new Date(run.clock.now())],
  );
  t.equal(rows[0].good, 1);
});

t.test("a link opens what it is for, and a forged one nothing", async (t) => {
  const run = await startProduct(t);
  const person = await newPerson(run);
  await resetDone(await demoApplication(run), person.id, { mode: "link" });
  const link = linkIn(await mailTo(run, addressOf(person), LINK_SUBJECT));
  const objection = linkIn(await mailTo(run, addressOf(person), "Your password was reset for you"));
  const page = async (cookie: string, path: string) => {
    const client = createFormClient(run);
    await client.get(cookie);
    return (await client.get(path)).status;
  };
  t.equal(await page(link, "/not-me"), 404, "a set-password link objects to nothing");
  t.equal(await page(link, "/not-me/security-info"), 404);
  t.equal(await page(objection, "/new-password"), 404, "an objection sets no password");
  const [id = "", tag = ""] = link.slice(3).split(".");
  for (const forged of [`${id}.${"A".repeat(43)}`, `${"A".repeat(22)}.${tag}`, id, ""])
    t.equal(await page(`/l/${forged}`, "/new-password"), 404);
  const client = createFormClient(run);
  await client.get(link);
  await client.get("/new-password");
  const fields = { newPassword: password(1), confirmPassword: password(1) };
  t.equal((await client.post("/new-password", { ...fields, _csrf: "forged" })).status, 403);
  t.equal((await client.post("/new-password", fields, { origin: "https://evil.example", "sec-fetch-site": "cross-site" })).status, 403);
  t.equal((await client.get("/new-password?x=1")).status, 200, "still good");
});

t.test("limits: strangers' addresses by one caller, one mailbox, tries of one link", async (t) => {
  const run = await startProduct(t, { env: { LIMITS_FACTOR: "1" } });
  const [app, other] = [await demoApplication(run), await newApplication(run)];
  const person = await newPerson(run);
  const statuses = [];
  for (let i = 0; i < 21; i += 1) statuses.push((await reset(app, person.id, { emailTo: `guess-${i}@private.example` })).status);
  t.same(statuses, [...Array.from({ length: 20 }, () => 403), 429], "who has which address is not found out by trying");
  await setPolicy(run, "temporaryPassword,emailTo", "any");
  t.match(await reset(app, person.id, { emailTo: "one@more.example" }), { status: 429, headers: { get: Function } });
  t.equal((await reset(other, person.id, { emailTo: "one@more.example" })).status, 200, "another caller counts for itself");
  const sent = [];
  for (let i = 1; i <= 4; i += 1) {
    sent.push((await reset(i % 2 ? app : other, person.id, { mode: "link" })).status);
    // Each is sent before the next takes its place.
    await mailTo(run, addressOf(person), LINK_SUBJECT, Math.min(i, 3));
  }
  t.same(sent, [200, 200, 200, 429], "whoever asks");
  const client = createFormClient(run);
  await client.get(linkIn(await mailTo(run, addressOf(person), LINK_SUBJECT, 3)));
  await client.get("/new-password");
  for (let i = 0; i < 20; i += 1) await client.post("/new-password", { newPassword: "short", confirmPassword: "short" });
  t.match((await client.submit("/new-password", { newPassword: password(1), confirmPassword: password(1) })).html, "too many tries");
  t.equal((await auditEvents(run, "password.set-by-link")).length, 0);
});

t.test("an address that was registered a moment ago gets no link", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const person = await newPerson(run);
  const usableFrom = new Date(run.clock.now() + 86_400_000);
  await run.connection.pool.query("update authentication_methods set usable_from = $1 where user_id = $2 and type = 'email'", [
    usableFrom,
    person.id,
  ]);
  t.match(await reset(app, person.id, { mode: "link" }), { status: 422, json: { code: "no-mail-address" } });
  t.match(await reset(app, person.id, { emailTo: addressOf(person) }), { status: 403, json: { missing: ["target"] } });
  await run.connection.pool.query("update users set mail = 'own.box@contoso.example' where id = $1", [person.id]);
  await resetDone(app, person.id, { mode: "link" });
  await mailTo(run, "own.box@contoso.example", LINK_SUBJECT);
  await run.settled();
  t.equal((await run.outbox()).filter((item) => item.to === addressOf(person) && item.subject === LINK_SUBJECT).length, 0);
});

t.test("no password, no link and no address stands anywhere", async (t) => {
  const run = await startProduct(t, { state: "redis", worker: false });
  const app = await demoApplication(run);
  const [person, typedFor] = [await newPerson(run), await newPerson(run)];
  await setPolicy(run, "temporaryPassword,emailTo", "any");
  const stranger = "mislaid.canary@elsewhere.example";
  const key = { "idempotency-key": "canary-key" };
  const made = (await reset(app, person.id, { emailTo: stranger }, key)).json.temporaryPassword as string;
  t.equal((await reset(app, typedFor.id, { password: password(7) }, key)).status, 422, "the key is taken");
  t.equal((await reset(app, typedFor.id, { password: password(7) }, { "idempotency-key": "canary-2" })).status, 200);
  t.equal((await reset(app, typedFor.id, { password: "contoso-canary" })).status, 422);
  const canaries: Canaries = new Map([
    [made, "made password"],
    [password(7), "typed password"],
    ["contoso-canary", "refused password"],
    [stranger, "named address"],
    ["mislaid.canary", "half of the named address"],
  ]);
  t.strictSame(await leaks(run, canaries), {}, "while jobs wait in the queue");
  await run.product.worker.start();
  const link = linkIn(await mailTo(run, stranger, LINK_SUBJECT)).slice(3);
  await run.settled();
  const client = createFormClient(run);
  await client.get(`/l/${link}`);
  await client.get("/new-password");
  t.match((await client.submit("/new-password", { newPassword: password(8), confirmPassword: password(8) })).html, "is set");
  canaries.set(link, "link").set(password(8), "new password");
  await run.settled();
  t.strictSame(await leaks(run, canaries), {}, "at the end");
  await run.product.worker.stop();
});
