import { generateSync } from "otplib/functional";
import t from "tap";
import { startProduct } from "../journeys/product.ts";
import { methodsOf, setPolicy, signedIn } from "../registration/signed-in.ts";
import { type Canaries, leaks } from "./leak-search.ts";

const ANSWERS = ["Mjau Mjausson", "Saab niohundra", "Gunvor Grip", "Storsjön bad", "Ebba Grön"];

t.test("a dump in the midst of registering holds no address, number, secret, code or answer in clear", async (t) => {
  const run = await startProduct(t, { state: "redis" });
  await setPolicy(run, { methods: ["email", "sms", "authenticatorApp", "recoveryCode", "securityQuestions"] });
  const henrik = await signedIn(run, "henrik");
  const [email = "", phone = ""] = run.person("henrik").contacts.map(({ value }) => value);
  await henrik.prove("email", email);
  const canaries: Canaries = new Map([
    [email, "the address"],
    [phone, "the number"],
  ]);
  const keep = (what: string, ...values: string[]) => {
    for (const value of values) canaries.set(value, what);
  };

  const second = await henrik.add("email", "second.mailbox@private.example");
  keep("an address that is not verified", "second.mailbox@private.example");
  keep("the code of an address", await henrik.codeTo("second.mailbox@private.example"));
  const own = (await methodsOf(henrik)).find(({ type }) => type === "mobilePhone");
  await henrik.call("PATCH", `/v1/me/methods/${own?.id}`, { value: "+46701740699" });
  keep("a number on its way", "+46701740699");
  keep("the code of a number", await henrik.codeTo("+46701740699"));
  const app = (await henrik.call("POST", "/v1/me/methods", { type: "authenticatorApp" })).json;
  const code = generateSync({ strategy: "totp", secret: app.secret, epoch: Math.floor(run.clock.now() / 1000) });
  await henrik.call("POST", `/v1/me/methods/${app.id}/verify`, { code });
  keep("the secret of an app", app.secret);
  const { codes } = (await henrik.call("POST", "/v1/me/methods", { type: "recoveryCodes" })).json;
  keep("a recovery code", ...codes, ...codes.map((each: string) => each.replaceAll("-", "")));
  const { questions } = (await henrik.call("GET", "/v1/me/security-questions")).json;
  const answers = ANSWERS.map((answer, index) => ({ questionId: questions[index].id, answer }));
  t.equal((await henrik.call("POST", "/v1/me/methods", { type: "securityQuestions", answers })).status, 201);
  keep("an answer", ...ANSWERS, ...ANSWERS.map((answer) => answer.toLowerCase()));
  t.strictSame(await leaks(run, canaries), {}, "with everything on its way");

  await henrik.call("DELETE", `/v1/me/methods/${second}`);
  await run.settled();
  t.strictSame(await leaks(run, canaries), {}, "with everything done");
});
