import t from "tap";
import { HOUR } from "../../src/kit/clock.ts";
import { type MadePerson, newAdministrator, newPerson } from "../builders/administrator.ts";
import { auditEvents, demoApplication } from "../builders/application.ts";
import { assertAccessible, openBrowser } from "../journeys/browser.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import { onEachState, signIn } from "../journeys/reset-steps.ts";
import { createFormClient } from "../pages/form-client.ts";
import { password } from "../security/proved-reset.ts";
import { addressOf, followUp, LINK_SUBJECT, linkIn, mails, mailTo, reset, resetDone, setPolicy } from "./reset-calls.ts";

/** A browser with the link of the newest mail opened. */
async function opened(run: StartedProduct, link: string) {
  const client = createFormClient(run);
  const moved = await client.get(link);
  return { client, moved, page: await client.get(moved.headers.get("location") ?? "") };
}

const fields = (secret: string, confirmPassword = secret) => ({ newPassword: secret, confirmPassword });
const sentLink = async (run: StartedProduct, person: MadePerson, count = 1) =>
  linkIn(await mailTo(run, addressOf(person), LINK_SUBJECT, count));

onEachState(t, "a link to the person: opening uses nothing up, it sets the password once", async (t, state) => {
  const run = await startProduct(t, { state });
  const helpdesk = await newAdministrator(run, ["helpdeskAdministrator"]);
  const person = await newPerson(run);
  const session = (await signIn(run, person.userPrincipalName, person.password)).json;
  const { temporaryPassword, expiresAt } = await resetDone(helpdesk, person.id, { mode: "link" });
  t.equal(temporaryPassword, undefined);
  t.equal(Date.parse(expiresAt ?? ""), run.clock.now() + 24 * HOUR);
  t.equal((await signIn(run, person.userPrincipalName, person.password)).status, 401, "the old one opens nothing");
  t.equal((await run.call("GET", "/v1/me", { token: session.accessToken })).status, 401);
  const link = await sentLink(run, person);
  await run.settled();
  t.match(await followUp(helpdesk, person.id), { deliveredAt: /Z$/, openedAt: null, usedAt: null });

  // A scanner, then the person.
  await opened(run, link);
  const { client, moved, page } = await opened(run, link);
  t.equal(moved.status, 303);
  t.equal(moved.headers.get("location"), "/new-password", "no token in the address");
  t.equal(page.status, 200);
  t.match(page.html, person.userPrincipalName);
  t.match(await followUp(helpdesk, person.id), { openedAt: /Z$/, usedAt: null });
  for (const [sent, told] of [
    [fields("", ""), "Type a new password."],
    [fields(password(1), password(2)), "The two are not the same."],
    [fields("short"), "That password cannot be used."],
    [fields(person.password), "That password cannot be used."],
  ] as const)
    t.match((await client.submit("/new-password", sent)).html, told);
  const done = await client.submit("/new-password", fields(password(1)));
  t.match(done.html, "Your new password is set");
  t.equal(client.cookies.has("__Host-rekey-link"), false);
  t.match((await signIn(run, person.userPrincipalName, password(1))).json, { next: "done" });
  t.match(await followUp(helpdesk, person.id), { usedAt: new Date(run.clock.now()).toISOString() });

  const again = await opened(run, link);
  t.equal(again.page.status, 404);
  t.match(again.page.html, "This link is no longer good");
  const told = await mailTo(run, addressOf(person), "Your password was reset", 2);
  t.match(told.text, /\/l\//, "with a link to object");
  const events = await auditEvents(run, "password.set-by-link");
  t.match(events, [{ outcome: "success", actor: { kind: "anonymous" }, user_id: person.id }]);
});

t.test("in Swedish, on a phone, without script and with", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  for (const [script, locale] of [
    [false, "sv-SE"],
    [true, "en-GB"],
  ] as const) {
    const person = await newPerson(run);
    await run.connection.pool.query("update users set preferred_language = $1 where id = $2", [locale.slice(0, 2), person.id]);
    await resetDone(app, person.id, { mode: "link" });
    const link = linkIn(await mailTo(run, addressOf(person), locale === "sv-SE" ? "Välj ditt nya lösenord" : LINK_SUBJECT));
    const browser = await openBrowser(t, { script, locale });
    const { page } = browser;
    await page.goto(`${run.baseUrl}${link}`);
    t.equal(page.url(), `${run.baseUrl}/new-password`);
    await assertAccessible(t, browser, `the form, ${locale}`);
    await page.fill("#new-password", "kort");
    await page.fill("#confirm-password", "kort");
    await page.click("button[type=submit]");
    await page.waitForSelector(".summary");
    await assertAccessible(t, browser, `refused, ${locale}`);
    await page.fill("#new-password", password(3));
    await page.fill("#confirm-password", password(3));
    await page.click("button[type=submit]");
    await page.waitForSelector("a.button[href='/sign-in']");
    await assertAccessible(t, browser, `set, ${locale}`);
    t.same(browser.complaints, []);
    t.equal((await signIn(run, person.userPrincipalName, password(3))).status, 200);
  }
});

onEachState(t, "of sixteen uses at once one counts", async (t, state) => {
  const run = await startProduct(t, { state });
  const person = await newPerson(run);
  await resetDone(await demoApplication(run), person.id, { mode: "link" });
  const link = await sentLink(run, person);
  const clients = await Promise.all(Array.from({ length: 16 }, async () => (await opened(run, link)).client));
  await Promise.all(clients.map((client, i) => client.post("/new-password", fields(password(i)))));
  const open = await Promise.all(clients.map(async (_, i) => (await signIn(run, person.userPrincipalName, password(i))).status));
  t.equal(open.filter((status) => status === 200).length, 1);
  t.equal((await auditEvents(run, "password.set-by-link")).length, 1);
});

t.test("links end: after 72 hours, by a newer reset, by another password, with the account", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const gone = async (link: string) => {
    const { client, page } = await opened(run, link);
    const sent = await client.post("/new-password", { ...fields(password(1)), _csrf: client.hidden("_csrf") });
    return [page.status, sent.status !== 303 || (await client.get("/new-password")).status === 404];
  };
  const person = await newPerson(run);
  const { expiresAt } = await resetDone(app, person.id, { mode: "link", lifetimeHours: 0 });
  t.equal(Date.parse(expiresAt ?? ""), run.clock.now() + 72 * HOUR, "also where passwords never end");
  const first = await sentLink(run, person);
  await resetDone(app, person.id, { mode: "link" });
  const second = await sentLink(run, person, 2);
  t.same(await gone(first), [404, true], "a newer one came");
  t.equal((await opened(run, second)).page.status, 200);
  await resetDone(app, person.id);
  t.same(await gone(second), [404, true], "a newer reset came, without a link");

  await resetDone(app, person.id, { mode: "link", lifetimeHours: 1 });
  const third = await sentLink(run, person, 3);
  const early = await opened(run, third);
  run.clock.turn(HOUR);
  t.same(await gone(third), [404, true], "past its end");
  t.match((await early.client.submit("/new-password", fields(password(2)))).html, "no longer good", "the page was open already");

  // Its access token is over, too.
  const later = await demoApplication(run);
  for (const [what, sql] of [
    ["disabled", "update users set enabled = false where id = $1"],
    ["deleted", "update users set enabled = true, deleted_at = now() where id = $1"],
  ] as const) {
    const other = await newPerson(run);
    await resetDone(later, other.id, { mode: "link" });
    const link = await sentLink(run, other);
    const { client } = await opened(run, link);
    await run.connection.pool.query(sql, [other.id]);
    t.match((await client.submit("/new-password", fields(password(4)))).html, "no longer good", what);
    t.same(await gone(link), [404, true], what);
  }
  t.equal((await auditEvents(run, "password.set-by-link")).length, 0);
});

t.test("both: the password and the link; whichever is used first ends the other, and the one is not chosen as the other", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const person = await newPerson(run);
  for (const history of [0, 1]) {
    await setPolicy(run, "passwords,history", history);
    const { temporaryPassword } = await resetDone(app, person.id, { emailTo: addressOf(person).toUpperCase() });
    const { client } = await opened(run, await sentLink(run, person, history + 1));
    t.match((await client.submit("/new-password", fields(temporaryPassword))).html, "That password cannot be used.");
    const { accessToken } = (await signIn(run, person.userPrincipalName, temporaryPassword)).json;
    const changed = { currentPassword: temporaryPassword, newPassword: password(10 + history) };
    t.equal((await run.call("POST", "/v1/me/password", { token: accessToken, body: changed })).status, 204);
    t.match((await client.submit("/new-password", fields(password(20)))).html, "no longer good");
  }
});

t.test("an objection ends the link", async (t) => {
  const run = await startProduct(t);
  const person = await newPerson(run);
  await resetDone(await demoApplication(run), person.id, { mode: "link" });
  const { client } = await opened(run, await sentLink(run, person));
  const notice = await opened(run, linkIn(await mailTo(run, addressOf(person), "Your password was reset for you")));
  await notice.client.submit("/not-me", {});
  t.match((await client.submit("/new-password", fields(password(1)))).html, "no longer good");
});

t.test("for a holder of a two-gate role the link alone opens nothing", async (t) => {
  const run = await startProduct(t);
  const global = await newAdministrator(run, ["globalAdministrator"]);
  const target = await newPerson(run, { roles: ["userAdministrator"] });
  await resetDone(global, target.id, { mode: "link" });
  const { client } = await opened(run, await sentLink(run, target));
  t.match((await client.submit("/new-password", fields(password(1)))).html, "Your new password is set");
  t.match((await signIn(run, target.userPrincipalName, password(1))).json, { next: "second-step", accessToken: undefined });
});

t.test("where it may go", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const person = await newPerson(run);
  const stranger = "somebody.else@elsewhere.example";
  t.match(await reset(app, person.id, { emailTo: stranger }), { status: 403, json: { code: "forbidden", missing: ["target"] } });
  t.equal((await signIn(run, person.userPrincipalName, person.password)).status, 200, "nothing has happened");
  await setPolicy(run, "temporaryPassword,emailTo", "any");
  await resetDone(app, person.id, { mode: "link", emailTo: stranger });
  const mail = await mailTo(run, stranger, LINK_SUBJECT);
  t.notOk(mail.text.includes(person.userPrincipalName), "a mistyped address learns no name");
  await run.settled();
  t.equal((await mails(run, addressOf(person), LINK_SUBJECT)).length, 0, "nowhere else");
  t.match(
    (await auditEvents(run, "password.reset-by-administrator")).map(({ details }) => details),
    [{ mode: "link", password: "none", link: "named", emailTo: "s•••••@e•••••.example", emailToStored: false }],
  );
  for (const body of [{ emailTo: "a@b, c@d" }, { emailTo: "nobody" }, { emailTo: "a@b.example\r\nBcc: x@y.example" }])
    t.equal((await reset(app, person.id, body)).status, 400, JSON.stringify(body));
  await run.connection.pool.query("delete from authentication_methods where user_id = $1", [person.id]);
  t.match(await reset(app, person.id, { mode: "link" }), { status: 422, json: { code: "no-mail-address" } });
});
