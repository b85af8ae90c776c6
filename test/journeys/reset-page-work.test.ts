import t from "tap";
import { SECOND } from "../../src/kit/clock.ts";
import { assertAccessible, openBrowser } from "./browser.ts";
import { type StartedProduct, startProduct } from "./product.ts";
import { goOn, startReset } from "./reset-walk.ts";

// Over a limit a start costs a little work: done by itself where scripts run, a short wait where they do not (issue 2, item 7).

const NAME = "henrik.dahl@contoso.example";

/** One start from here is free of work, the next is not. */
async function overTheLimit(t: Parameters<typeof startProduct>[0]): Promise<StartedProduct> {
  const product = await startProduct(t, { worker: false, env: { LIMITS_FACTOR: "0.1" } });
  await product.call("POST", "/v1/password-resets", { body: { userPrincipalName: "somebody@contoso.example" } });
  return product;
}

t.test("with script the browser does the work and goes on by itself", async (t) => {
  const product = await overTheLimit(t);
  const browser = await openBrowser(t);
  const { page, addresses, complaints } = browser;
  await startReset(page, product, NAME);
  await page.waitForSelector("#way-0", { timeout: 30_000 });
  t.equal(new URL(page.url()).pathname, "/reset");
  t.notOk(addresses.some((address) => address.includes("henrik")));
  t.strictSame(complaints, []);
});

t.test("without script a wait does the same, and the name is not typed again", async (t) => {
  const product = await overTheLimit(t);
  const browser = await openBrowser(t, { script: false });
  const { page, addresses } = browser;
  await startReset(page, product, NAME);
  t.equal(await page.innerText("h1"), "One moment, please");
  t.match(await page.innerText("main"), "It is about the account henrik.dahl@contoso.example.");
  t.match(await page.innerText("main"), "Wait for 20 seconds, then choose Continue.");
  await assertAccessible(t, browser, "the wait");
  product.clock.turn(13 * SECOND);
  await goOn(page);
  t.match(await page.innerText("main"), "Wait for 7 seconds", "too early: what is left, and not from the beginning");
  await page.click("text=Svenska");
  t.match(await page.innerText("main"), "Vänta i 7 sekunder", "another language loses nothing");
  product.clock.turn(7 * SECOND);
  await goOn(page);
  t.ok(await page.isVisible("#way-0"));
  t.notOk(addresses.some((address) => address.includes("henrik")));
});

t.test("a source that goes on and on is told when to come again", async (t) => {
  const product = await startProduct(t, { worker: false, env: { LIMITS_FACTOR: "0.1" } });
  for (let start = 0; start < 12; start++) await product.call("POST", "/v1/password-resets", { body: { userPrincipalName: NAME } });
  const browser = await openBrowser(t);
  await startReset(browser.page, product, NAME);
  t.equal(await browser.page.innerText("h1"), "Please wait a little");
  t.match(await browser.page.innerText("main"), /Please come back in 1?\d minutes\./);
  await assertAccessible(t, browser, "refused for a while");
  t.strictSame(browser.complaints, []);
});
