import t, { type Test } from "tap";
import { DAY, MINUTE } from "../../src/kit/clock.ts";
import { createFormClient } from "../pages/form-client.ts";
import { assertAccessible, openBrowser } from "./browser.ts";
import { type StartedProduct, startProduct } from "./product.ts";
import { chooseWay, createMailbox, signIn, startReset, typeCode, typePassword } from "./reset-walk.ts";

// "This was not me": the link of the message, the page behind it, and what its button stops.

const NEW = "räksmörgås under nio kastanjer";
const NEWER = "elva trötta lodjur i regnet";

/** Somebody resets by the API; the owner gets the link. */
async function disputed(t: Test): Promise<{ product: StartedProduct; link: string; name: string }> {
  const product = await startProduct(t);
  const name = product.person("henrik").userPrincipalName;
  return { product, name, link: await resetBy(product, name, NEW) };
}

async function resetBy(product: StartedProduct, name: string, password: string): Promise<string> {
  const mailbox = createMailbox(product);
  for (const old of await product.outbox()) await mailbox.next((item) => item.id === old.id);
  const { json: reset } = await product.call("POST", "/v1/password-resets", { body: { userPrincipalName: name } });
  const act = (path: string, body: object) => product.call("POST", `/v1/password-resets/${reset.id}/${path}`, { token: reset.token, body });
  const { json: challenge } = await act("challenges", { method: "email" });
  await act(`challenges/${challenge.challengeId}/verify`, { code: await mailbox.code("email") });
  const done = await act("password", { newPassword: password });
  if (done.status !== 204) throw new Error(`the reset ended in ${done.status}`);
  return mailbox.link();
}

const state = async (product: StartedProduct, name: string) => {
  const { rows } = await product.connection.pool.query(
    `select u.recovery_frozen_at is not null as frozen, p.suspended, u.credential_version as version,
       (select count(*)::int from audit_events e where e.user_id = u.id and e.type = 'recovery.frozen') as events
     from users u join passwords p on p.user_id = u.id where u.user_principal_name = $1`,
    [name],
  );
  return rows[0];
};

for (const script of [true, false]) {
  t.test(`the owner stops a reset, ${script ? "with" : "without"} script`, async (t) => {
    const { product, link, name } = await disputed(t);
    const before = (await product.call("POST", "/v1/sign-in", { body: { userPrincipalName: name, password: NEW } })).json;
    const browser = await openBrowser(t, { script, width: script ? 360 : 1280, locale: script ? "en-GB" : "sv-SE" });
    const { page, context, addresses, complaints } = browser;
    await page.goto(link);
    t.equal(new URL(page.url()).pathname, "/not-me", "the token has left the address");
    await assertAccessible(t, browser, "the question");
    t.notMatch(await page.innerText("main"), /henrik/i, "whose account it is stands nowhere: the number may have a new owner");
    t.match(await state(product, name), { frozen: false, suspended: false, events: 0 }, "looking at it changes nothing");
    await page.locator("main button[type=submit]").dblclick();
    await page.waitForSelector(".good");
    await assertAccessible(t, browser, "stopped");
    t.match(await state(product, name), { frozen: true, suspended: true, events: 1 }, "once, for all clicks");
    t.equal(await signIn(product, name, NEW), 401, "the disputed password opens nothing");
    const refreshed = await product.call("GET", "/v1/me", { token: before.accessToken });
    t.equal(refreshed.status, 401, "the session that it opened is dead");
    const cookie = (await context.cookies()).find((candidate) => candidate.name === "__Host-rekey-link");
    t.match(cookie, { path: "/", secure: true, httpOnly: true, sameSite: "Lax" });
    t.strictSame(complaints, []);
    t.equal(addresses.filter((address) => address.includes("/l/")).length, 1, "the token was in one address, once");
    t.notMatch(product.logs.join(""), new URL(link).pathname.slice(3), "and in no log");
  });
}

t.test("mail scanners and previews consume nothing", async (t) => {
  const { product, link, name } = await disputed(t);
  for (const method of ["HEAD", "GET", "GET", "GET", "HEAD"]) {
    const answer = await fetch(link, { method, redirect: "manual" });
    t.equal(answer.status, 303);
    t.equal(answer.headers.get("location"), "/not-me");
    const cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    t.equal((await fetch(`${product.baseUrl}/not-me`, { method, headers: { cookie } })).status, 200);
  }
  t.match(await state(product, name), { frozen: false, suspended: false, events: 0 });
});

t.test("however many buttons are pressed at once, it is stopped once", async (t) => {
  const { product, link, name } = await disputed(t);
  const client = createFormClient(product);
  await client.get(new URL(link).pathname);
  await client.get("/not-me");
  const { version } = await state(product, name);
  const clicks = await Promise.all(Array.from({ length: 8 }, () => client.post("/not-me", {})));
  t.strictSame(new Set(clicks.map(({ status }) => status)), new Set([303]));
  t.match(await state(product, name), { frozen: true, suspended: true, events: 1, version: version + 1 });
});

t.test("after that, nobody resets the account on the pages", async (t) => {
  const { product, link, name } = await disputed(t);
  const { page } = await openBrowser(t);
  await page.goto(link);
  await page.click("main button[type=submit]");
  await page.waitForSelector(".good");
  const mailbox = createMailbox(product);
  // A completed reset voids whatever began until then.
  product.clock.turn(MINUTE);
  await startReset(page, product, name);
  await chooseWay(page, "email");
  const note = await mailbox.next((item) => item.channel === "email" && /stopped/.test(item.text));
  t.match(note.text, "Resets of this account were stopped", "the owner hears why, at the stored address");
});

t.test("a reset that was on its way when the owner objected ends at its last step", async (t) => {
  const { product, link, name } = await disputed(t);
  const thief = await openBrowser(t);
  const mailbox = createMailbox(product);
  for (const old of await product.outbox()) await mailbox.next((item) => item.id === old.id);
  product.clock.turn(MINUTE);
  await startReset(thief.page, product, name);
  await chooseWay(thief.page, "email");
  await typeCode(thief.page, await mailbox.code("email"));
  const owner = await openBrowser(t);
  await owner.page.goto(link);
  await owner.page.click("main button[type=submit]");
  await owner.page.waitForSelector(".good");
  await typePassword(thief.page, NEWER);
  t.notMatch(await thief.page.innerText("h1"), "Your new password is set");
  t.equal(await signIn(product, name, NEWER), 401);
  await assertAccessible(t, thief, "nothing is left to prove");
});

t.test("a password that was set after the disputed one keeps working", async (t) => {
  const { product, link, name } = await disputed(t);
  product.clock.turn(MINUTE);
  await resetBy(product, name, NEWER);
  const { page } = await openBrowser(t);
  await page.goto(link);
  await page.click("main button[type=submit]");
  await page.waitForSelector(".good");
  t.match(await page.innerText("main"), "that newer one still works");
  t.match(await state(product, name), { frozen: true, suspended: false, events: 1 });
  t.equal(await signIn(product, name, NEWER), 200);
});

t.test("used again after an administrator has opened recovery anew, it does nothing", async (t) => {
  const { product, link, name } = await disputed(t);
  const { page } = await openBrowser(t);
  await page.goto(link);
  await page.click("main button[type=submit]");
  await page.waitForSelector(".good");
  await product.connection.pool.query("update users set recovery_frozen_at = null");
  const { version } = await state(product, name);
  await page.goto(link);
  t.match(await page.innerText("h1"), "It is stopped");
  t.match(await state(product, name), { frozen: false, version, events: 1 });
});

t.test("a forged, cut, unknown or old link is told so", async (t) => {
  const { product, link, name } = await disputed(t);
  const browser = await openBrowser(t);
  const { page } = browser;
  const bad = [`${link}x`, link.slice(0, -1), `${product.baseUrl}/l/x`, `${product.baseUrl}/l/${"A".repeat(22)}.${"A".repeat(43)}`];
  for (const address of bad) {
    await page.goto(address);
    t.match(await page.innerText("h1"), "This link is no longer good", address);
  }
  await assertAccessible(t, browser, "no good link");
  product.clock.turn(31 * DAY);
  await page.goto(link);
  t.match(await page.innerText("h1"), "This link is no longer good");
  t.match(await state(product, name), { frozen: false, suspended: false });
});
