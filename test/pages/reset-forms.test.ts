import t, { type Test } from "tap";
import { MINUTE, SECOND } from "../../src/kit/clock.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import { createMailbox } from "../journeys/reset-walk.ts";
import { createFormClient, type FormClient } from "./form-client.ts";

// What the pages of a reset do when people click twice, come late, go back, or are in two windows at once.

const NEW = "räksmörgås under nio kastanjer";

async function begin(client: FormClient, name: string) {
  await client.get("/reset");
  return client.submit("/reset", { userPrincipalName: name });
}

/** To the page of the new password, by the code in the mail. */
async function prove(client: FormClient, product: StartedProduct, name: string, mailbox = createMailbox(product)): Promise<void> {
  await begin(client, name);
  await client.submit("/reset/method", { flow: client.hidden("flow"), way: "email" });
  const page = await client.submit("/reset/code", { flow: client.hidden("flow"), code: await mailbox.code("email") });
  if (!page.html.includes('id="new-password"')) throw new Error("the code was refused");
}

const password = (client: FormClient, newPassword: string) => ({ flow: client.hidden("flow"), newPassword, confirmPassword: newPassword });

t.test("a page before the first proof is the same for every name of a domain", async (t) => {
  const product = await startProduct(t, { worker: false });
  const names = { known: "henrik.dahl", administrator: "ylva.bjork", unregistered: "signe.holm", unknown: "nobody.here" };
  const pages = new Map<string, string[]>();
  for (const [kind, local] of Object.entries(names)) {
    const client = createFormClient(product);
    const shown = [await begin(client, `${local}@contoso.example`)];
    const flow = () => client.hidden("flow");
    shown.push(await client.submit("/reset/method", { flow: flow(), way: "email" }));
    shown.push(await client.submit("/reset/code", { flow: flow(), code: "00000000" }));
    shown.push(await client.submit("/reset/method", { flow: flow(), way: "email", again: "yes" }));
    shown.push(await client.get("/reset/another-way"));
    shown.push(await client.submit("/reset/method", { flow: flow(), way: "authenticatorApp" }));
    shown.push(await client.submit("/reset/password", password(client, NEW)));
    pages.set(
      kind,
      shown.map(({ status, html }) => `${status} ${withoutIds(html)}`),
    );
  }
  for (const kind of Object.keys(names)) t.strictSame(pages.get(kind), pages.get("known"), kind);
  t.match(pages.get("known")?.[1], "If this account has an email address registered, a code is on its way there.");
});

/** What differs by chance: token, ids and support code. */
function withoutIds(html: string): string {
  return html.replace(/name="(_csrf|flow)" value="[^"]*"/g, 'name="$1"').replace(/\b[B-Z]{4}-[B-Z]{4}\b/g, "CODE");
}

for (const state of ["memory", "redis"] as const)
  t.test(`a second click on the last button shows that it is done, state in ${state}`, (t) => clickThrice(t, state));

async function clickThrice(t: Test, state: "memory" | "redis"): Promise<void> {
  const product = await startProduct(t, { state });
  const person = product.person("henrik");
  const client = createFormClient(product);
  await prove(client, product, person.userPrincipalName);
  const fields = password(client, NEW);
  const _csrf = client.hidden("_csrf");
  const clicks = await Promise.all([1, 2, 3].map(() => client.post("/reset/password", { _csrf, ...fields })));
  t.strictSame(
    clicks.map(({ status }) => status),
    [303, 303, 303],
  );
  const pages = await Promise.all([1, 2].map(() => client.get("/reset")));
  for (const { html } of pages) t.match(html, "Your new password is set");
  t.match((await client.submit("/reset/password", { _csrf, ...fields })).html, "Your new password is set", "and a click that comes later");
  const completed = await product.connection.pool.query("select count(*)::int as count from completed_resets");
  t.equal(completed.rows[0].count, 1, "it was done once");
  t.match((await client.submit("/reset/cancel", {})).html, 'id="user-name"', "another one may begin");
}

t.test("where the organisation chose to tell, the pages do as well", async (t) => {
  const product = await startProduct(t);
  await product.connection.pool.query(`update tenants set policy = jsonb_set(policy, '{disclosure}', '"helpful"')`);
  const client = createFormClient(product);
  const page = await begin(client, product.person("henrik").userPrincipalName);
  t.match(page.html, /value="email\/[\w-]+"/);
  t.match(page.html, "•", "masked hints at once");
  t.match((await begin(createFormClient(product), "nobody.here@contoso.example")).html, "We know no account of that name.");
  const unregistered = await begin(createFormClient(product), product.person("signe").userPrincipalName);
  t.match(unregistered.html, "Too few ways to prove who you are have been registered for it.");
  t.match(unregistered.html, /class="support-code">[A-Z]{4}-[A-Z]{4}</);
});

t.test("a refused password costs nothing but itself", async (t) => {
  const product = await startProduct(t);
  const person = product.person("henrik");
  const client = createFormClient(product);
  await prove(client, product, person.userPrincipalName);
  const short = await client.submit("/reset/password", password(client, "kort1"));
  t.match(short.html, 'href="#new-password"');
  t.match(short.html, /id="new-password-error".*It is too short\./);
  t.match(short.html, 'aria-describedby="rules new-password-error" aria-invalid="true"');
  t.notMatch(short.html, "kort1", "the password stands nowhere");
  const again = await client.get("/reset");
  t.notMatch(again.html, "It is too short.", "said once");
  const different = await client.submit("/reset/password", { ...password(client, NEW), confirmPassword: `${NEW}x` });
  t.match(different.html, /id="confirm-password-error".*The two are not the same/);
  t.match((await client.submit("/reset/password", { ...password(client, ""), newPassword: "" })).html, "Type a new password.");
  t.match((await client.submit("/reset/password", password(client, person.password))).html, "You have used this password before.");
  t.match((await client.submit("/reset/password", password(client, NEW))).html, "Your new password is set");
});

t.test("a page that was left open from another reset acts on nothing", async (t) => {
  const product = await startProduct(t);
  const client = createFormClient(product);
  const mailbox = createMailbox(product);
  await prove(client, product, product.person("henrik").userPrincipalName, mailbox);
  const old = password(client, NEW);
  await prove(client, product, product.person("henrik").userPrincipalName, mailbox);
  const answer = await client.submit("/reset/password", old);
  t.match(answer.html, 'id="new-password"', "the newer one stands where it stood");
  const completed = await product.connection.pool.query("select count(*)::int as count from completed_resets");
  t.equal(completed.rows[0].count, 0, "no password was set");
});

t.test("no step can be reached by its form out of order", async (t) => {
  const product = await startProduct(t, { worker: false });
  const client = createFormClient(product);
  await begin(client, product.person("henrik").userPrincipalName);
  const flow = client.hidden("flow");
  const after = await client.submit("/reset/password", { flow, newPassword: NEW, confirmPassword: NEW });
  t.match(after.html, "How can you prove that it is you?");
  t.match((await client.submit("/reset/code", { flow, code: "12345678" })).html, "How can you prove that it is you?");
  t.equal((await client.post("/reset/method", { flow, way: "securityQuestions" })).status, 400);
  await client.get("/reset");
  t.equal((await client.post("/reset/method", { flow, way: "email/x/y" })).status, 400);
  await client.get("/reset");
  t.match((await client.submit("/reset/method", { flow })).html, "Choose one of the ways.");
});

t.test("resend: the page and the server say the same", async (t) => {
  const product = await startProduct(t);
  const client = createFormClient(product);
  await begin(client, product.person("henrik").userPrincipalName);
  await client.submit("/reset/method", { flow: client.hidden("flow"), way: "email" });
  const flow = client.hidden("flow");
  const again = { flow, way: "email", again: "yes" };
  product.clock.turn(18 * SECOND);
  const page = await client.get("/reset");
  t.match(page.html, 'data-resend-in="42"');
  t.match(page.html, /You can ask for a new code in <span [^>]*>42 seconds<\/span>\./);
  const early = await client.submit("/reset/method", again);
  t.match(early.html, "You asked for a code a moment ago. You can ask for another one in 42 seconds.");
  t.notMatch(early.html, "error-summary", "no fault of anybody");
  product.clock.turn(42 * SECOND);
  t.match((await client.get("/reset")).html, "Nothing arrived? You can ask for a new code now.");
  t.match((await client.submit("/reset/method", again)).html, "A new code is on its way. Only the newest one works.");
});

t.test("codes that are no longer good lead to a new one", async (t) => {
  const product = await startProduct(t, { env: { LIMITS_FACTOR: "1" } });
  const client = createFormClient(product);
  await begin(client, product.person("henrik").userPrincipalName);
  await client.submit("/reset/method", { flow: client.hidden("flow"), way: "email" });
  const flow = client.hidden("flow");
  t.match((await client.submit("/reset/code", { flow, code: " " })).html, "Type the code.");
  for (let attempt = 1; attempt <= 5; attempt++) await client.submit("/reset/code", { flow, code: "00000000" });
  const spent = await client.get("/reset");
  t.match(spent.html, "This code has been tried too often");
  t.notMatch(spent.html, 'id="code"', "there is nothing to type it into");
  product.clock.turn(MINUTE);
  await client.submit("/reset/method", { flow, way: "email", again: "yes" });
  product.clock.turn(11 * MINUTE);
  t.match((await client.get("/reset")).html, "The time for this code is over. Ask for a new one.");
  for (let attempt = 1; attempt <= 10; attempt++) {
    await client.submit("/reset/method", { flow, way: "sms" });
    await client.submit("/reset/code", { flow, code: "00000000" });
  }
  product.clock.turn(MINUTE);
  await closedWay(t, client, product);
});

/** Ten wrong codes of one kind, over however many resets. */
async function closedWay(t: Test, client: FormClient, product: StartedProduct): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await begin(client, product.person("henrik").userPrincipalName);
    await client.submit("/reset/method", { flow: client.hidden("flow"), way: "email" });
    for (let attempt = 1; attempt <= 5; attempt++) await client.submit("/reset/code", { flow: client.hidden("flow"), code: "00000000" });
  }
  await begin(client, product.person("henrik").userPrincipalName);
  const closed = await client.submit("/reset/method", { flow: client.hidden("flow"), way: "email" });
  t.match(closed.html, /this way is closed for \d+ hours\. Try another way/);
  const other = await client.submit("/reset/method", { flow: client.hidden("flow"), way: "authenticatorApp" });
  t.match(other.html, 'id="code"', "another way is open");
}

t.test("whoever comes too late is told so, and begins again", async (t) => {
  const product = await startProduct(t, { worker: false });
  const client = createFormClient(product);
  await begin(client, product.person("henrik").userPrincipalName);
  const flow = client.hidden("flow");
  product.clock.turn(16 * MINUTE);
  const late = await client.submit("/reset/method", { flow, way: "email" });
  t.match(late.html, "This attempt is over");
  t.match((await client.submit("/reset/cancel", {})).html, 'id="user-name"');
  t.notOk(client.cookies.has("__Host-rekey-reset"));
});

t.test("cancelling ends the reset for whoever else holds it", async (t) => {
  const product = await startProduct(t, { worker: false });
  const client = createFormClient(product);
  await begin(client, product.person("henrik").userPrincipalName);
  const [id, token] = client.cookies.get("__Host-rekey-reset")?.split(".") ?? [];
  t.equal((await product.call("GET", `/v1/password-resets/${id}`, { token: token ?? "" })).status, 200);
  await client.submit("/reset/cancel", { flow: client.hidden("flow") });
  t.equal((await product.call("GET", `/v1/password-resets/${id}`, { token: token ?? "" })).status, 401);
});

t.test("the help desk of the organisation, the support code, and nobody's name in the log", async (t) => {
  const product = await startProduct(t);
  const help = { url: "https://help.contoso.example/passwords", email: "help@contoso.example" };
  await product.connection.pool.query("update tenants set policy = jsonb_set(policy, '{helpdesk}', $1)", [JSON.stringify(help)]);
  const client = createFormClient(product);
  t.notMatch((await client.get("/reset")).html, help.url, "before a name is typed nobody's help desk is known");
  for (const local of ["henrik.dahl", "nobody.here"]) {
    const page = await begin(client, `${local}@contoso.example`);
    t.match(page.html, `href="${help.url}"`, local);
    t.match(page.html, "Write to help@contoso.example");
    t.match(page.html, /class="support-code">[A-Z]{4}-[A-Z]{4}</);
  }
  await prove(client, product, "henrik.dahl@contoso.example");
  await client.submit("/reset/password", password(client, NEW));
  const [id = "", token = ""] = client.cookies.get("__Host-rekey-reset")?.split(".") ?? [];
  const log = product.logs.join("");
  for (const secret of [id, token, "henrik", "nobody.here", NEW]) t.notMatch(log, secret);
});
