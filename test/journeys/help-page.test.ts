import t from "tap";
import { demoApplication, newApplication } from "../builders/application.ts";
import { createFormClient } from "../pages/form-client.ts";
import { png } from "../tenants/png.ts";
import { assertAccessible, type Browser, openBrowser } from "./browser.ts";
import { startProduct } from "./product.ts";

// "Ask an administrator for help": from the first page of a reset to the queue of the administrators.

/** Kept where somebody wants to look at the pages. */
async function shot({ page }: Browser, name: string): Promise<void> {
  const folder = process.env.TEST_SCREENSHOTS;
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

for (const [width, script, locale] of [
  [360, true, "en-GB"],
  [1280, false, "sv-SE"],
] as const) {
  t.test(`somebody asks for help at ${width} px, ${script ? "with" : "without"} script, ${locale}`, async (t) => {
    const run = await startProduct(t);
    const look = { accent: "#7a1f5c", digest: "L".repeat(32) };
    await run.connection.pool.query("update tenants set accent_color = $2 where id = $1", [run.demo.tenant.id, look.accent]);
    await run.connection.pool.query("insert into tenant_logos values ($1, $2, $3)", [run.demo.tenant.id, look.digest, png(72, 36)]);
    const browser = await openBrowser(t, { width, script, locale });
    const { page, complaints } = browser;
    const sv = locale === "sv-SE";
    await page.goto(`${run.baseUrl}/reset`);
    await page.getByRole("link", { name: sv ? "Be en administratör om hjälp" : "Ask an administrator for help" }).click();
    t.equal(new URL(page.url()).pathname, "/help");
    await assertAccessible(t, browser, "the form");
    await shot(browser, `help-form-${width}-${locale}`);
    await page.locator("button.button").click();
    t.match(await page.locator(".summary").innerText(), sv ? "Skriv ditt användarnamn." : "Type your user name.");
    await assertAccessible(t, browser, "the refusal");
    await shot(browser, `help-refused-${width}-${locale}`);
    await page.goto(`${run.baseUrl}/help?tenant=contoso.example`);
    await assertAccessible(t, browser, "the form with the look of an organisation");
    await shot(browser, `help-branded-${width}-${locale}`);
    await page.locator("#user-name").fill(run.person("henrik").userPrincipalName);
    await page.locator("#message").fill("Min telefon är borta.\nOch koderna med.");
    await page.locator("button.button").click();
    t.equal(await page.locator("h1").innerText(), sv ? "Din förfrågan är på väg" : "Your request is on its way");
    await assertAccessible(t, browser, "the end");
    await shot(browser, `help-sent-${width}-${locale}`);
    t.strictSame(complaints, []);
    await run.settled();
    const { items } = (await (await demoApplication(run)).call("GET", "/v1/help-requests")).json;
    t.match(items, [
      { message: "Min telefon är borta.\nOch koderna med.", user: { userPrincipalName: run.person("henrik").userPrincipalName } },
    ]);
  });
}

t.test("without anything but a form: what is typed stays, a wait lets go on, the own help desk is named", async (t) => {
  const run = await startProduct(t, { worker: false, env: { LIMITS_FACTOR: "1" } });
  const app = await newApplication(run);
  const helpdesk = { url: "https://desk.contoso.example/", email: "desk@contoso.example" };
  await app.call("PATCH", "/v1/policy", { body: { helpdesk }, headers: { "if-match": "*" } });
  const client = createFormClient(run);
  await client.get("/help?lang=en");
  const long = await client.post("/help", { userPrincipalName: "a@contoso.example", message: `<script>${"x".repeat(500)}` });
  t.equal(long.status, 422);
  t.match(long.html, /Write 500 characters at most[\s\S]*&lt;script>x|Write 500 characters at most[\s\S]*&lt;script&gt;x/);
  t.match(long.html, 'formaction="/help?lang=sv"', "another language keeps it too");
  const known = await client.post("/help", { userPrincipalName: run.person("henrik").userPrincipalName, message: "" });
  t.match(known.html, /href="https:\/\/desk\.contoso\.example\/"[\s\S]*mailto:desk/);
  t.notMatch(known.html, 'href="/help"');
  for (let turn = 0; turn < 4; turn += 1) {
    await client.get("/help");
    t.equal((await client.post("/help", { userPrincipalName: "b@contoso.example" })).status, 200);
  }
  await client.get("/help");
  const wait = await client.post("/help", { userPrincipalName: "b@contoso.example", message: "kept" });
  t.equal(wait.status, 403);
  t.match(wait.html, /value="b@contoso\.example"[\s\S]*>kept</);
  run.clock.turn(20_000);
  const proofOfWork = client.hidden("proofOfWork");
  t.equal((await client.post("/help", { userPrincipalName: "b@contoso.example", message: "kept", proofOfWork })).status, 200);
});

t.test("the pages of a reset lead there, or to the help desk that the organisation has", async (t) => {
  const run = await startProduct(t, { worker: false });
  const choose = async () => {
    const client = createFormClient(run);
    await client.get("/reset");
    return (await client.submit("/reset", { userPrincipalName: "nobody@contoso.example" })).html;
  };
  t.match(await choose(), '<a href="/help">');
  const app = await newApplication(run);
  await app.call("PATCH", "/v1/policy", { body: { helpdesk: { url: "https://desk.contoso.example/" } }, headers: { "if-match": "*" } });
  const html = await choose();
  t.match(html, 'href="https://desk.contoso.example/"');
  t.notMatch(html, '<a href="/help">');
});
