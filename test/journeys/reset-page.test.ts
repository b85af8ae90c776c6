import t, { type Test } from "tap";
import { assertAccessible, type Browser, type Browsing, openBrowser } from "./browser.ts";
import { type StartedProduct, startProduct } from "./product.ts";
import { chooseWay, createMailbox, goOn, signIn, startReset, typeCode, typePassword } from "./reset-walk.ts";

// A forgotten password from the first page to the last, in a real browser: with and without script, on a phone and on a desk, in both
// languages. Every state of the pages is scanned, and nothing that identifies anybody may stand in an address.

const WORDS = {
  "en-GB": { start: "Forgot your password?", email: "Look in your email", second: "One more proof", done: "Your new password is set" },
  "sv-SE": {
    start: "Har du glömt ditt lösenord?",
    email: "Titta i din e-post",
    second: "Ett bevis till",
    done: "Ditt nya lösenord är klart",
  },
} as const;

const BROWSINGS: readonly Required<Browsing>[] = [
  { script: true, width: 360, locale: "en-GB", dark: false },
  { script: false, width: 360, locale: "sv-SE", dark: true },
  { script: true, width: 1280, locale: "sv-SE", dark: false },
  { script: false, width: 1280, locale: "en-GB", dark: true },
];

for (const browsing of BROWSINGS) {
  const how = `${browsing.script ? "with" : "without"} script, ${browsing.width} px, ${browsing.locale}`;
  t.test(`an administrator resets with two proofs, ${how}`, async (t) => {
    const product = await startProduct(t);
    const browser = await openBrowser(t, browsing);
    const person = product.person("tove");
    await walk(t, product, browser, browsing, person.userPrincipalName);
    t.equal(await signIn(product, person.userPrincipalName, person.password), 401, "the old password opens nothing");
    // An administrator's sign-in asks for a second step; the password itself is taken.
    t.equal(await signIn(product, person.userPrincipalName, NEW), 200, "the new one does");
    assertClean(t, browser, person.userPrincipalName);
    await assertCookies(t, browser);
  });
}

const NEW = "räksmörgås under nio kastanjer";

async function walk(t: Test, product: StartedProduct, browser: Browser, { locale }: Required<Browsing>, name: string): Promise<void> {
  const { page } = browser;
  const words = WORDS[locale];
  const mailbox = createMailbox(product);
  const stands = async (heading: string, state: string) => {
    t.equal(await page.locator("h1").innerText(), heading, state);
    t.equal(await page.getAttribute("html", "lang"), locale.slice(0, 2), `${state}: the language is told`);
    await assertAccessible(t, browser, state);
  };
  await page.goto(`${product.baseUrl}/reset`);
  await stands(words.start, "the start");
  await goOn(page);
  await stands(words.start, "a missing user name");
  await startReset(page, product, name);
  await assertAccessible(t, browser, "the choice of a way");
  t.notMatch(await page.locator("main").innerText(), /•/, "no hint before the first proof");
  await goOn(page);
  await assertAccessible(t, browser, "no way chosen");
  await chooseWay(page, "email");
  await stands(words.email, "the code page");
  await typeCode(page, "0000 0000");
  await stands(words.email, "a wrong code");
  t.equal(await page.getAttribute("#code", "aria-invalid"), "true");
  await page.click('a[href="/reset/another-way"]');
  await assertAccessible(t, browser, "another way");
  await page.click('main a[href="/reset"]');
  await typeCode(page, (await mailbox.code("email")).replace(" ", "-"));
  await stands(words.second, "the second proof");
  t.match(await page.locator("main").innerText(), /•/, "a masked hint after the first proof");
  await chooseWay(page, "sms");
  await assertAccessible(t, browser, "the second code");
  await typeCode(page, ` ${await mailbox.code("sms")} `);
  await assertAccessible(t, browser, "the new password");
  t.equal(await page.inputValue("#account"), name, "the account stands beside it");
  await typePassword(page, "kort1");
  await assertAccessible(t, browser, "a refused password");
  t.equal(await page.inputValue("#new-password"), "", "the password is what has to be typed again");
  await typePassword(page, NEW, `${NEW}!`);
  await assertAccessible(t, browser, "two different passwords");
  await typePassword(page, NEW);
  await stands(words.done, "the last page");
}

/** No address holds an id, a token, a code or a name, and the browser had nothing to complain about. */
function assertClean(t: Test, { addresses, complaints }: Browser, name: string): void {
  t.strictSame(complaints, [], "no error and no breach of the content security policy");
  const known =
    /^https?:\/\/127\.0\.0\.1:\d+\/(?:|reset|reset\/(?:method|code|password|cancel|another-way|not-sent)|assets\/[a-z-]+\.(?:css|js|svg)\?v=[\w-]{12})$/;
  t.strictSame(
    addresses.filter((address) => !known.test(address)),
    [],
    "no address tells anything",
  );
  t.notOk(addresses.some((address) => address.includes(name.split("@")[0] ?? name)));
}

async function assertCookies(t: Test, { context }: Browser): Promise<void> {
  const cookies = await context.cookies();
  t.strictSame(cookies.map(({ name }) => name).sort(), ["__Host-rekey-form", "__Host-rekey-reset"], "what is left of the notes: nothing");
  for (const cookie of cookies) {
    t.match(cookie, { path: "/", secure: true, httpOnly: true, sameSite: "Lax", domain: "127.0.0.1" }, cookie.name);
    t.notMatch(cookie.value, /tove|contoso/i, "no name in it");
  }
}
