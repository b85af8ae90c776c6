import t from "tap";
import type { Reply } from "../channels/emulator.ts";
import { SENDGRID_KEY, startSendGrid } from "../channels/sendgrid-emulator.ts";
import { assertAccessible, openBrowser } from "./browser.ts";
import { type StartedProduct, startProduct, until } from "./product.ts";
import { chooseWay, createMailbox, startReset, typeCode } from "./reset-walk.ts";

// The first proof is given, and the provider of the second one's code is away: the page says so, with and without script.

const WORDS = { "en-GB": /The code could not be sent just now/, "sv-SE": /Koden kunde inte skickas just nu/ } as const;

async function failed({ connection }: StartedProduct): Promise<void> {
  const sql = "select 1 from graphile_worker._private_jobs where locked_at is null and last_error is not null";
  await until(async () => (await connection.pool.query(sql)).rowCount === 1);
}

for (const { script, locale } of [
  { script: true, locale: "en-GB" },
  { script: false, locale: "sv-SE" },
] as const) {
  t.test(`not sent, try another way, ${script ? "with" : "without"} script, ${locale}`, async (t) => {
    const sendgrid = await startSendGrid(t);
    const pageSeen = Promise.withResolvers<Reply>();
    sendgrid.next(pageSeen.promise, ...Array.from({ length: 20 }, () => ({ status: 503 })));
    const product = await startProduct(t, { env: { SENDGRID_API_KEY: SENDGRID_KEY, SENDGRID_BASE_URL: sendgrid.baseUrl } });
    const browser = await openBrowser(t, { script, locale, width: 360 });
    const { page, complaints } = browser;
    const mailbox = createMailbox(product);
    if (script) await page.clock.install();
    await startReset(page, product, product.person("tove").userPrincipalName);
    await chooseWay(page, "sms");
    t.equal(await page.locator("[data-not-sent-look]").count(), 0, "before the first proof there is nothing to look for");
    await typeCode(page, await mailbox.code("sms"));
    await chooseWay(page, "email");
    await page.waitForSelector("#code");
    pageSeen.resolve({ status: 503 });
    await failed(product);
    if (script) {
      t.notOk(await page.isVisible("[data-not-sent-look]"), "the script looks by itself");
      await page.clock.runFor(1_000);
      await page.waitForSelector("[data-not-sent]:not([hidden])");
      t.match(await page.innerText("[data-not-sent]"), WORDS[locale]);
      t.notOk(await page.isVisible("[data-under-way]"), "that it is on its way is not said any more");
    } else {
      await page.click("[data-not-sent-look] a");
      t.match(await page.innerText(".summary"), WORDS[locale]);
    }
    await assertAccessible(t, browser, "not sent");
    await page.click('a[href="/reset/another-way"]');
    t.match(await page.innerText(".notice"), WORDS[locale]);
    await assertAccessible(t, browser, "another way, after one that was not sent");

    // The provider is back: what was written is good, and nothing is complained of.
    sendgrid.forget();
    await product.connection.pool.query("update graphile_worker._private_jobs set run_at = now()");
    await product.connection.pool.query(`select pg_notify('jobs:insert', '{"count":1}')`);
    await product.settled();
    await page.goto(`${product.baseUrl}/reset`);
    t.notMatch(await page.innerText("main"), WORDS[locale]);
    await typeCode(page, /\b\d{4} \d{4}\b/.exec(sendgrid.accepted[0]?.content[0]?.value ?? "")?.[0] ?? "");
    await page.waitForSelector("#new-password");
    t.strictSame(complaints, []);
  });
}
