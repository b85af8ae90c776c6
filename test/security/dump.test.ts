import { generateSync } from "otplib/functional";
import t from "tap";
import { normalizeRecoveryCode } from "../../src/methods/recovery-code.ts";
import { normalizeAnswer } from "../../src/methods/security-questions.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import { addressOf, challenge, codeIn, messageTo, proveByMessage, signIn, startReset } from "../journeys/reset-steps.ts";
import { askForCode, secondStepOf } from "../journeys/second-step-walk.ts";
import { methodsOf, type SignedInPerson, setPolicy, withToken } from "../registration/signed-in.ts";
import { type Canaries, found, leaks, postgresText, redisText } from "./leak-search.ts";

// A dump of PostgreSQL and Redis in the middle of everything (issue 4, "Must show"). Each act alone: nothing-leaks and registration-leaks.

const ANSWERS = ["Mjau Mjausson", "Saab niohundra", "Gunvor Grip", "Storsjön bad", "Ebba Grön"];
const NEW_PHONE = "+46701740699";
const IMPORTED = { phone: "+46701740698", email: "canary.import@private.example", password: "sparv gungar bortom silver 41" };

/** What must not be found, and what must be: ids, which show that the dump was taken in the middle. */
class Secrets {
  readonly canaries: Canaries = new Map();
  readonly ids = new Map<string, string>();

  keep(what: string, ...values: string[]): void {
    for (const value of values) {
      if (value === undefined || value.length < 8) throw new Error(`${what} is not what was expected: ${value}`);
      this.canaries.set(value, what);
    }
  }

  phone(what: string, number: string): void {
    this.keep(what, number, number.slice(1), number.replace("+46", "0"), number.replace("+46", ""));
  }

  id(where: string, value: string): void {
    this.ids.set(value, where);
  }
}

t.test("a dump in the middle of everything holds no code, secret, answer, password, token, number or address in clear", async (t) => {
  const run = await startProduct(t, { state: "redis" });
  await setPolicy(run, { methods: ["email", "sms", "authenticatorApp", "recoveryCode", "securityQuestions"] });
  const secrets = new Secrets();
  for (const { userPrincipalName, password, contacts } of run.demo.users) {
    secrets.keep("a user name", userPrincipalName);
    secrets.keep("a password", password);
    for (const { type, value } of contacts) type === "email" ? secrets.keep("an address", value) : secrets.phone("a number", value);
  }
  await registering(run, secrets);
  await resetting(run, secrets);
  await signingIn(run, secrets);
  await importing(run, secrets);
  await run.settled();
  // From here on jobs stay in the queue: it is part of the dump.
  await run.product.worker.stop();
  await waiting(run, secrets);
  for (const { text } of await run.outbox()) {
    for (const [code] of text.matchAll(/\b\d{4} ?\d{4}\b/g)) secrets.keep("a code of a message", code, code.replace(" ", ""));
    for (const [, link = ""] of text.matchAll(/\/l\/([\w.-]+)/g)) secrets.keep("a link", link, link.split(".")[1] ?? "");
  }
  const kinds = new Set(secrets.canaries.values());
  t.ok(kinds.has("a link") && kinds.has("a code of a message"), [...kinds].join(", "));

  const places = new Map([["Redis", await redisText(run)], ...(await postgresText(run))]);
  for (const [id, place] of secrets.ids) t.not(found(new Map([[id, "id"]]), places.get(place) ?? "").length, 0, `${place} knows of it`);
  t.strictSame(await leaks(run, secrets.canaries), {});
});

/** Henrik: another number on its way, an address and an app just added, codes and answers registered, an address verified. */
async function registering(run: StartedProduct, secrets: Secrets): Promise<void> {
  const henrik = run.person("henrik");
  const { json } = await signIn(run, henrik.userPrincipalName, henrik.password);
  secrets.keep("a refresh token", json.refreshToken, json.refreshToken.split(".")[1]);
  secrets.keep("an access token", json.accessToken);
  secrets.id("Redis", JSON.parse(Buffer.from(json.accessToken.split(".")[1], "base64url").toString()).sid);
  const session = withToken(run, json.accessToken);
  await session.prove("email", addressOf(henrik, "email"));
  secrets.keep("an access token", session.token);
  secrets.keep("an address", "verified@canary.example", "pending@canary.example");
  await session.register("email", "verified@canary.example");
  secrets.id("public.authentication_methods", await session.add("email", "pending@canary.example"));
  const phone = (await methodsOf(session)).find(({ type }) => type === "mobilePhone");
  const changed = await session.call("PATCH", `/v1/me/methods/${phone?.id}`, { value: NEW_PHONE });
  if (changed.status !== 200) throw new Error(changed.text);
  secrets.phone("a number on its way", NEW_PHONE);
  await made(run, session, secrets);
  await run.settled();
}

async function made(run: StartedProduct, session: SignedInPerson, secrets: Secrets): Promise<void> {
  const [verified, added] = [await app(session, secrets), await app(session, secrets)];
  const code = generateSync({ strategy: "totp", secret: verified.secret, epoch: Math.floor(run.clock.now() / 1000) });
  const right = await session.call("POST", `/v1/me/methods/${verified.id}/verify`, { code });
  if (right.status !== 200) throw new Error(right.text);
  secrets.id("public.authentication_methods", added.id);
  const { codes } = (await session.call("POST", "/v1/me/methods", { type: "recoveryCodes" })).json as { codes: string[] };
  secrets.keep("a recovery code", ...codes, ...codes.map(normalizeRecoveryCode), ...codes.map((each) => each.replaceAll("-", "")));
  const { questions } = (await session.call("GET", "/v1/me/security-questions")).json;
  const answers = ANSWERS.map((answer, index) => ({ questionId: questions[index].id, answer }));
  const registered = await session.call("POST", "/v1/me/methods", { type: "securityQuestions", answers });
  if (registered.status !== 201) throw new Error(registered.text);
  secrets.keep("an answer", ...ANSWERS, ...ANSWERS.map((answer) => answer.toLowerCase()), ...ANSWERS.map(normalizeAnswer));
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** An app's secret in both its writings: Base32, and the bytes that this says. */
async function app(session: SignedInPerson, secrets: Secrets): Promise<{ id: string; secret: string }> {
  const { json } = await session.call("POST", "/v1/me/methods", { type: "authenticatorApp" });
  const bytes = [...json.secret].reduce((sum: bigint, letter: string) => sum * 32n + BigInt(BASE32.indexOf(letter)), 0n).toString(16);
  const raw = Buffer.from(bytes.padStart(40, "0"), "hex");
  secrets.keep("the secret of an app", json.secret, raw.toString("hex"), raw.toString("base64url"), raw.toString("base64").slice(0, -1));
  return json;
}

/** An administrator between the two gates, the second code sent; and somebody with the right to set a password. */
async function resetting(run: StartedProduct, secrets: Secrets): Promise<void> {
  const odd = run.person("odd");
  const reset = await startReset(run, odd.userPrincipalName);
  secrets.keep("a reset token", reset.token);
  secrets.id("Redis", reset.id);
  await proveByMessage(run, reset, "email", addressOf(odd, "email"));
  await challenge(run, reset, "sms");
  secrets.keep("a code", codeIn(await messageTo(run, addressOf(odd, "mobilePhone"))));
  const proved = await startReset(run, run.person("henrik").userPrincipalName);
  secrets.keep("a reset token", proved.token);
  await run.settled();
}

/** A second step under way, its code sent. */
async function signingIn(run: StartedProduct, secrets: Secrets): Promise<void> {
  const ylva = run.person("ylva");
  const { token } = await secondStepOf(run, ylva);
  secrets.keep("a token of a second step", token, token.split(".")[1] ?? "");
  secrets.id("Redis", token.split(".")[0] ?? "");
  const known = (await run.outbox()).filter(({ to }) => to === addressOf(ylva, "mobilePhone")).length;
  await askForCode(run, token, "sms");
  secrets.keep("a code", codeIn(await messageTo(run, addressOf(ylva, "mobilePhone"), known)));
  secrets.keep("a wrong password", "wrong canary password");
  await signIn(run, ylva.userPrincipalName, "wrong canary password");
}

/** People filled in by a file, of whom one is refused. */
async function importing(run: StartedProduct, secrets: Secrets): Promise<void> {
  const { phone, email, password } = IMPORTED;
  const line = (name: string, ...rest: string[]) => `${[name, ...rest, email, password].join(",")}\r\n`;
  const body = `userPrincipalName,usageLocation,mobile,authenticationEmail,password\r\n${line("canary@contoso.example", "SE", phone)}${line("refused@contoso.example", "SE", `${phone}0000000`)}`;
  const { json } = await run.call("POST", "/v1/users/import", {
    token: await run.appToken(),
    headers: { "content-type": "text/csv" },
    body,
  });
  if (json.created !== 1 || json.failed !== 1) throw new Error(JSON.stringify(json));
  secrets.phone("an imported number", phone);
  secrets.keep("an imported address", email);
  secrets.keep("an imported password", password);
}

/** What nobody has worked off yet: a reminder of a user name, codes of a reset, of a second step and of a number. */
async function waiting(run: StartedProduct, secrets: Secrets): Promise<void> {
  const queue = "graphile_worker._private_jobs";
  for (const emailOrPhone of [
    addressOf(run.person("henrik"), "email"),
    addressOf(run.person("odd"), "mobilePhone"),
    "nobody@canary.example",
  ]) {
    const { status } = await run.call("POST", "/v1/user-name-reminders", { body: { emailOrPhone } });
    if (status !== 202) throw new Error(`reminder: ${status}`);
  }
  secrets.keep("an address that nobody has", "nobody@canary.example");
  const mirja = await startReset(run, run.person("mirja").userPrincipalName);
  await challenge(run, mirja, "email");
  secrets.keep("a reset token", mirja.token);
  secrets.id(queue, mirja.id);
  const tove = await secondStepOf(run, run.person("tove"));
  await askForCode(run, tove.token, "email");
  secrets.keep("a token of a second step", tove.token);
  const signe = await signIn(run, run.person("signe").userPrincipalName, run.person("signe").password);
  const added = await withToken(run, signe.json.accessToken).add("mobilePhone", "+46701740697");
  secrets.phone("a number that was just added", "+46701740697");
  secrets.id(queue, added);
  const { rows } = await run.connection.pool.query(`select task_id, count(*)::int from ${queue} group by 1`);
  if (rows.length < 3) throw new Error(`only ${rows.length} kinds of jobs wait`);
}
