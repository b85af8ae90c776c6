import t from "tap";
import { SECOND } from "../../src/kit/clock.ts";
import { assertAccessible, openBrowser } from "./browser.ts";
import { startProduct } from "./product.ts";
import { chooseWay, createMailbox, goOn, signIn, startReset, typeCode, typePassword } from "./reset-walk.ts";

// What the small scripts add, and what a person does who has no mouse, clicks twice, or changes the language on the way.

const NEW = "räksmörgås under nio kastanjer";

t.test("the keyboard alone is enough", async (t) => {
  const product = await startProduct(t);
  const { page, complaints } = await openBrowser(t, { width: 1280 });
  const mailbox = createMailbox(product);
  const { userPrincipalName } = product.person("henrik");
  const focused = () => page.evaluate<string>("document.activeElement.id || document.activeElement.className");
  /** Tab by tab, with the focus to be seen at each stop. */
  const tabTo = async (id: string) => {
    for (let presses = 0; presses < 12; presses++) {
      await page.keyboard.press("Tab");
      const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
      const shown = (await focused()) === "radio" || outline === "solid";
      if ((await focused()) === id || (await page.evaluate<string>("document.activeElement.type")) === id) {
        t.ok(shown || id.startsWith("way"), `the focus on ${id} can be seen`);
        return;
      }
    }
    t.fail(`${id} cannot be reached`);
  };
  await page.goto(`${product.baseUrl}/reset`);
  await tabTo("user-name");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".summary");
  t.equal(await focused(), "summary", "the summary of what went wrong has the focus");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  t.equal(await focused(), "user-name", "its link leads to the field");
  await page.keyboard.type(userPrincipalName);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#way-0");
  await tabTo("way-0");
  await page.keyboard.press("Space");
  await tabTo("submit");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#code");
  await tabTo("code");
  await page.keyboard.type(await mailbox.code("email"));
  await page.keyboard.press("Enter");
  await page.waitForSelector("#new-password");
  await tabTo("new-password");
  await page.keyboard.type(NEW);
  await tabTo("confirm-password");
  await page.keyboard.type(NEW);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".good");
  t.equal(await signIn(product, userPrincipalName, NEW), 200);
  t.strictSame(complaints, []);
});

t.test("the countdown ends when the server gives a new code", async (t) => {
  const product = await startProduct(t);
  const browser = await openBrowser(t);
  const { page } = browser;
  await page.clock.install();
  await startReset(page, product, product.person("henrik").userPrincipalName);
  await chooseWay(page, "email");
  const button = page.locator("[data-resend-button]");
  await page.waitForSelector("[data-resend-button][disabled]");
  t.match(await page.innerText("[data-resend-left]"), /^(1:00|0:5\d)$/);
  t.notOk(await page.isVisible("[data-resend-now]"));
  for (const part of [30 * SECOND, 31 * SECOND]) {
    product.clock.turn(part);
    await page.clock.runFor(part);
  }
  t.notOk(await button.isDisabled(), "and can be used");
  t.match(await page.innerText("[data-resend-now]"), "You can ask for a new code now");
  t.notOk(await page.isVisible("[data-resend-wait]"));
  await assertAccessible(t, browser, "the countdown is over");
  await button.click();
  await page.waitForSelector(".notice");
  t.match(await page.innerText(".notice"), "A new code is on its way");
  t.strictSame(browser.complaints, []);
});

t.test("the rules of the password are marked as they are met, in code points", async (t) => {
  const product = await startProduct(t);
  const browser = await openBrowser(t);
  const { page } = browser;
  const mailbox = createMailbox(product);
  await startReset(page, product, product.person("henrik").userPrincipalName);
  await chooseWay(page, "email");
  await typeCode(page, await mailbox.code("email"));
  // The script shows it: until then nothing is marked.
  await page.waitForSelector("[data-toggle-passwords]:not([hidden])");
  const met = () => page.locator('[data-rule="min-length"]').evaluate((rule) => rule.classList.contains("met"));
  await page.fill("#new-password", "🦊".repeat(11));
  t.notOk(await met(), "eleven characters of two code units each");
  await page.fill("#new-password", "🦊".repeat(12));
  t.ok(await met());
  t.match(await page.innerText("#rules"), "(done)", "also for whoever hears it");
  await page.fill("#new-password", "e\u0301".repeat(11));
  t.notOk(await met(), "eleven characters once they are composed");
  await page.fill("#new-password", NEW);
  await page.fill("#confirm-password", "räk");
  t.equal(await page.innerText("#match"), "They are not the same yet.");
  await page.fill("#confirm-password", NEW.normalize("NFD"));
  t.equal(await page.innerText("#match"), "Both are the same.");
  await assertAccessible(t, browser, "the rules are met");
  const toggle = page.getByRole("button", { name: "Show what I type" });
  t.equal(await page.getAttribute("#new-password", "type"), "password");
  await toggle.click();
  t.equal(await page.getAttribute("#new-password", "type"), "text");
  t.equal(await toggle.getAttribute("aria-pressed"), "true");
  await assertAccessible(t, browser, "the password is shown");
  t.strictSame(
    await page
      .locator("#account, #new-password, #confirm-password")
      .evaluateAll((inputs) => inputs.map((input) => input.getAttribute("autocomplete"))),
    ["username", "new-password", "new-password"],
    "a password manager knows which is which",
  );
  await goOn(page);
  await page.waitForSelector(".good");
  const kept = await page.evaluate("localStorage.length + sessionStorage.length");
  t.equal(kept, 0, "nothing is kept in the browser");
  t.strictSame(browser.complaints, []);
});

for (const script of [true, false]) {
  t.test(`a double click on the last button ends well, ${script ? "with" : "without"} script`, async (t) => {
    const product = await startProduct(t);
    const { page } = await openBrowser(t, { script });
    const mailbox = createMailbox(product);
    await startReset(page, product, product.person("henrik").userPrincipalName);
    await chooseWay(page, "email");
    await typeCode(page, await mailbox.code("email"));
    await page.fill("#new-password", NEW);
    await page.fill("#confirm-password", NEW);
    await page.locator("main form button.button[type=submit]").first().dblclick();
    await page.waitForSelector(".good");
    t.equal(await page.innerText("h1"), "Your new password is set");
    t.equal(await signIn(product, product.person("henrik").userPrincipalName, NEW), 200);
  });
}

t.test("another language keeps the step, and is remembered", async (t) => {
  const product = await startProduct(t);
  const browser = await openBrowser(t);
  const { page } = browser;
  const mailbox = createMailbox(product);
  const { userPrincipalName } = product.person("henrik");
  await page.goto(`${product.baseUrl}/reset`);
  await page.fill("#user-name", "henrik");
  await goOn(page);
  await page.click("text=Svenska");
  t.equal(await page.inputValue("#user-name"), "henrik", "what was typed stays");
  t.match(await page.innerText("#user-name-error"), "Skriv hela användarnamnet");
  await page.fill("#user-name", userPrincipalName);
  await goOn(page);
  await chooseWay(page, "email");
  t.equal(await page.innerText("h1"), "Titta i din e-post");
  t.match((await mailbox.next((item) => item.channel === "email")).text, "Använd den här koden", "the message speaks the page's language");
  await page.click("text=English");
  t.equal(await page.innerText("h1"), "Look in your email", "the same step");
  await page.goto(`${product.baseUrl}/reset`);
  t.equal(await page.innerText("h1"), "Look in your email", "remembered");
  t.strictSame(browser.complaints, []);
});

t.test("a person without script types the new password unaided", async (t) => {
  const product = await startProduct(t);
  const { page } = await openBrowser(t, { script: false });
  const mailbox = createMailbox(product);
  await startReset(page, product, product.person("henrik").userPrincipalName);
  await chooseWay(page, "email");
  t.notOk(await page.locator("[data-resend-button]").isDisabled(), "the button for a new code is there");
  t.match(await page.innerText("[data-resend-left]"), /seconds$/, "the wait is told in words");
  await typeCode(page, await mailbox.code("email"));
  t.notOk(await page.isVisible("[data-toggle-passwords]"), "no button that could do nothing");
  await typePassword(page, NEW);
  t.equal(await page.innerText("h1"), "Your new password is set");
});
