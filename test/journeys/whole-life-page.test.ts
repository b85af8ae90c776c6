import { generateSync } from "otplib/functional";
import t, { type Test } from "tap";
import { DAY } from "../../src/kit/clock.ts";
import { demoApplication } from "../builders/application.ts";
import { CSV, importFile } from "../users/import-calls.ts";
import { assertAccessible, type Browser, type Browsing, openBrowser } from "./browser.ts";
import { type StartedProduct, startProduct } from "./product.ts";
import { chooseWay, createMailbox, goOn, startReset, typeCode, typePassword } from "./reset-walk.ts";

// One person from the first day to the two hundredth, in a real browser (issue 4, "Must show"). Every page is scanned, and no address tells anything.

const NAME = "liv.ek@contoso.example";
const FIRST = "sparv gungar bortom silver 41";
const SECOND = "kastanjer under nio broar";
const THIRD = "plommon fiol hamn tisdag";
const PRIVATE = "liv@home.example";

const BROWSINGS: readonly Required<Browsing>[] = [
  { script: true, width: 360, locale: "en-GB", dark: false },
  { script: false, width: 1280, locale: "sv-SE", dark: true },
];

for (const browsing of BROWSINGS)
  t.test(
    `the whole life of one person, ${browsing.script ? "with" : "without"} script, ${browsing.width} px, ${browsing.locale}`,
    async (t) => {
      const product = await startProduct(t);
      await settle(product);
      const browser = await openBrowser(t, browsing);
      const life = new Life(t, product, browser);
      await life.firstDay();
      await life.forgets();
      await life.halfAYearLater();
      t.strictSame(browser.complaints, [], "no error and no breach of the content security policy");
      const telling = browser.addresses
        .map((address) => new URL(address))
        .filter(({ search, pathname }) => search.length > 20 || /@|%40|liv/.test(pathname));
      t.strictSame(telling, [], "no address tells who it is about");
    },
  );

/** Imported without contact data, with a temporary password, in a tenant that asks for two proofs. */
async function settle(product: StartedProduct): Promise<void> {
  const app = await demoApplication(product);
  const etag = (await app.call("GET", "/v1/policy")).headers.get("etag") ?? "";
  await app.call("PATCH", "/v1/policy", { body: { methodsRequired: 2 }, headers: { "if-match": etag } });
  await importFile(app, `userPrincipalName,displayName,usageLocation,password\r\n${NAME},Liv Ek,SE,${FIRST}\r\n`, CSV);
  await product.connection.pool.query(
    "update passwords set temporary = true, must_change = true where user_id = (select id from users where upn_key = $1)",
    [NAME],
  );
}

class Life {
  readonly #t: Test;
  readonly #product: StartedProduct;
  readonly #browser: Browser;
  readonly #mailbox;
  #secret = "";

  constructor(t: Test, product: StartedProduct, browser: Browser) {
    this.#t = t;
    this.#product = product;
    this.#browser = browser;
    this.#mailbox = createMailbox(product);
  }

  async firstDay(): Promise<void> {
    const { page } = this.#browser;
    await page.goto(`${this.#product.baseUrl}/sign-in`);
    await this.#stands("/sign-in", "signing in");
    await goOn(page);
    await this.#stands("/sign-in", "nothing typed");
    await this.#signIn(FIRST);
    await this.#stands("/change-password", "the change that is due");
    await page.goto(`${this.#product.baseUrl}/security-info`);
    await this.#stands("/change-password", "nothing else is open before");
    await page.fill("#current-password", "not this one");
    await typePassword(page, SECOND);
    await this.#stands("/change-password", "a wrong present password");
    await page.fill("#current-password", FIRST);
    await typePassword(page, SECOND);
    await this.#stands("/change-password", "changed");
    await page.click("a.button");
    await this.#stands("/security-info", "registration is asked for");
    await goOn(page);
    await this.#stands("/security-info", "nothing chosen");
    await this.#registerEmail();
    await this.#registerApp();
    this.#t.equal(await page.locator("main .method").count(), 2, "both are in the list");
    await page.locator("form[action='/sign-out'] button").click();
    await this.#stands("/sign-in", "signed out");
    await page.goto(`${this.#product.baseUrl}/security-info`);
    await this.#stands("/sign-in", "the session is over");
  }

  async #registerEmail(): Promise<void> {
    const { page } = this.#browser;
    await page.check("input[value=email]");
    await goOn(page);
    await this.#stands("/security-info/add/email", "an address");
    await page.fill("#value", "no address");
    await goOn(page);
    await this.#stands("/security-info/add/email", "no address");
    await page.fill("#value", PRIVATE);
    await goOn(page);
    await this.#stands(/^\/security-info\/verify\/[\w-]{36}$/, "its code");
    await typeCode(page, "00000000");
    await this.#stands(/^\/security-info\/verify\//, "a wrong code");
    await typeCode(page, await this.#mailbox.code("email"));
    await this.#stands("/security-info", "one of two");
  }

  async #registerApp(): Promise<void> {
    const { page } = this.#browser;
    await page.check("input[value=authenticatorApp]");
    await goOn(page);
    await this.#stands("/security-info/add/authenticatorApp", "an app");
    await goOn(page);
    await this.#stands("/security-info/add/authenticatorApp", "its secret");
    this.#t.equal(await page.locator(".qr svg").count(), 1);
    this.#secret = (await page.locator(".key").innerText()).replaceAll(" ", "");
    await typeCode(page, this.#code());
    await this.#stands("/security-info", "two of two");
  }

  async forgets(): Promise<void> {
    const { page } = this.#browser;
    await page.goto(`${this.#product.baseUrl}/sign-in`);
    await page.fill("#user-name", NAME);
    await page.click("button[formaction='/sign-in/forgot']");
    this.#t.equal(await page.inputValue("#user-name"), NAME, "the name came along");
    await this.#accessible("forgotten");
    await startReset(page, this.#product, NAME);
    await chooseWay(page, "email");
    await typeCode(page, await this.#mailbox.code("email"));
    await chooseWay(page, "authenticatorApp");
    // A code of an app works once, also over there and here.
    this.#product.clock.turn(60_000);
    await typeCode(page, this.#code());
    await typePassword(page, THIRD);
    await this.#stands("/reset", "reset");
    // What was begun in the moment of the reset is void.
    this.#product.clock.turn(1_000);
    await page.goto(`${this.#product.baseUrl}/sign-in`);
    await this.#signIn(THIRD);
    await this.#stands("/sign-in/proof", "the second step");
    await goOn(page);
    await this.#stands("/sign-in/another-way", "no way chosen");
    await chooseWay(page, "authenticatorApp");
    await this.#stands("/sign-in/proof", "its code");
    await typeCode(page, "000000");
    await this.#stands("/sign-in/proof", "a wrong one");
    this.#product.clock.turn(60_000);
    await typeCode(page, this.#code());
    await this.#stands("/security-info", "signed in");
  }

  async halfAYearLater(): Promise<void> {
    const { page } = this.#browser;
    this.#product.clock.turn(181 * DAY);
    await page.goto(`${this.#product.baseUrl}/security-info`);
    await this.#stands("/sign-in", "the session is long over");
    await this.#signIn(THIRD);
    await chooseWay(page, "authenticatorApp");
    await typeCode(page, this.#code());
    await this.#stands("/security-info", "is it still right?");
    const confirm = page.locator("form[action='/security-info/confirm'] button");
    await confirm.click();
    await this.#stands("/security-info", "it is");
    this.#t.equal(await confirm.count(), 0, "and nobody asks again");
  }

  async #signIn(password: string): Promise<void> {
    const { page } = this.#browser;
    await page.fill("#user-name", NAME);
    await page.fill("#password", password);
    await goOn(page);
  }

  #code(): string {
    return generateSync({ strategy: "totp", secret: this.#secret, epoch: Math.floor(this.#product.clock.now() / 1000) });
  }

  async #stands(path: string | RegExp, state: string): Promise<void> {
    const { pathname } = new URL(this.#browser.page.url());
    if (typeof path === "string") this.#t.equal(pathname, path, state);
    else this.#t.match(pathname, path, state);
    await this.#accessible(state);
  }

  #accessible(state: string): Promise<void> {
    return assertAccessible(this.#t, this.#browser, state);
  }
}
