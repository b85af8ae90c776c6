import t from "tap";
import { assertAccessible, openBrowser } from "./browser.ts";
import { startProduct } from "./product.ts";
import { chooseWay, createMailbox, goOn, startReset, typeCode, typePassword } from "./reset-walk.ts";

t.test("questions are registered on the pages, and answered there beside another proof", async (t) => {
  const product = await startProduct(t);
  await product.connection.pool.query("update tenants set policy = policy || $1", [
    { methodsRequired: 2, methods: ["email", "recoveryCode", "securityQuestions"] },
  ]);
  const { userPrincipalName, password } = product.person("henrik");
  const browser = await openBrowser(t, { script: false, locale: "sv-SE" });
  const { page } = browser;
  const mailbox = createMailbox(product);

  await page.goto(`${product.baseUrl}/sign-in`);
  await page.fill("#user-name", userPrincipalName);
  await page.fill("#password", password);
  await goOn(page);
  await page.goto(`${product.baseUrl}/security-info/add/securityQuestions`);
  t.match(page.url(), /\/sign-in\/proof$/, "a fresh proof first");
  await chooseWay(page, "email");
  await typeCode(page, await mailbox.code("email"));
  t.match(page.url(), /\/security-info\/add\/securityQuestions$/, "and back to what was wanted");
  await assertAccessible(t, browser, "choosing questions");
  await goOn(page);
  t.match(await page.locator("main").innerText(), /minst tre tecken/, "empty answers are refused");
  await assertAccessible(t, browser, "refused");
  const chosen: string[] = [];
  for (let index = 0; index < 5; index++) {
    chosen.push((await page.locator(`#question-${index} option:checked`).innerText()).trim());
    await page.fill(`#answer-${index}`, `svar nummer ${index} är hemligt`);
  }
  await goOn(page);
  await assertAccessible(t, browser, "saved");
  t.match(await page.locator(".methods").innerText(), /Säkerhetsfrågor/);

  await startReset(page, product, userPrincipalName);
  t.equal(await page.locator("input[value^=securityQuestions]").count(), 0, "never first");
  await chooseWay(page, "email");
  await typeCode(page, await mailbox.code("email"));
  await chooseWay(page, "securityQuestions");
  await assertAccessible(t, browser, "the questions");
  const asked = page.locator("form[action='/reset/answers'] label");
  t.equal(await asked.count(), 3);
  await goOn(page);
  t.match(await page.locator("main").innerText(), /Svara på varje fråga/);
  const answer = async (to: (place: number, index: number) => string) => {
    for (let index = 0; index < 3; index++)
      await page.fill(`#answer-${index}`, to(chosen.indexOf((await asked.nth(index).innerText()).trim()), index));
    await goOn(page);
  };
  await answer((place, index) => (index === 0 ? "fel svar" : `svar nummer ${place} är hemligt`));
  t.match(await page.locator("main").innerText(), /Alla svar var inte rätt/);
  await assertAccessible(t, browser, "wrong answers");
  await answer((place) => ` SVAR nummer ${place} är hemligt.`);
  await typePassword(page, "kastanjer under nio broar");
  t.equal(await page.locator("h1").innerText(), "Ditt nya lösenord är klart");
  t.strictSame(browser.complaints, []);
});

t.test("recovery codes are shown once, and one of them proves it", async (t) => {
  const product = await startProduct(t);
  await product.connection.pool.query("update tenants set policy = policy || $1", [{ methods: ["email", "recoveryCode"] }]);
  const { userPrincipalName, password } = product.person("henrik");
  const browser = await openBrowser(t);
  const { page } = browser;
  const mailbox = createMailbox(product);
  await page.goto(`${product.baseUrl}/sign-in`);
  await page.fill("#user-name", userPrincipalName);
  await page.fill("#password", password);
  await goOn(page);
  await page.goto(`${product.baseUrl}/security-info/add/recoveryCodes`);
  await chooseWay(page, "email");
  await typeCode(page, await mailbox.code("email"));
  await assertAccessible(t, browser, "before");
  await goOn(page);
  const codes = await page.locator(".saved-codes li").allInnerTexts();
  t.equal(codes.length, 10);
  await assertAccessible(t, browser, "the codes");
  await page.goto(`${product.baseUrl}/security-info`);
  t.notMatch(await page.locator("main").innerText(), codes[0] ?? "", "they are not shown again");
  await startReset(page, product, userPrincipalName);
  await chooseWay(page, "recoveryCode");
  await typeCode(page, codes[3] ?? "");
  t.equal(await page.locator("#new-password").count(), 1);
});
