import { generateSync } from "otplib/functional";
import t from "tap";
import { DAY, HOUR, MINUTE } from "../../src/kit/clock.ts";
import { startProduct } from "../journeys/product.ts";
import { challenge, codeIn, messageTo, setPassword, startReset, verify } from "../journeys/reset-steps.ts";
import { message, methodsOf, signedIn, withToken } from "../registration/signed-in.ts";

const HENRIK = "henrik.dahl@contoso.example";
const EMAIL = "henrik.dahl@private.example";
const NEW_PHONE = "+46701740699";

t.test("a stolen session, without a fresh proof, adds, changes and removes nothing", async (t) => {
  const run = await startProduct(t);
  const henrik = await signedIn(run, "henrik");
  const [method] = await methodsOf(henrik);
  const before = JSON.stringify(await methodsOf(henrik));
  const attempts = [
    ["POST", "/v1/me/methods", { type: "email", value: "thief@private.example" }],
    ["POST", "/v1/me/methods", { type: "authenticatorApp" }],
    ["POST", "/v1/me/methods", { type: "recoveryCodes" }],
    ["PATCH", `/v1/me/methods/${method?.id}`, { value: "thief@private.example" }],
    ["PATCH", `/v1/me/methods/${method?.id}`, { name: "mine" }],
    ["DELETE", `/v1/me/methods/${method?.id}`],
  ] as const;
  const tryAll = async (what: string) => {
    for (const [verb, path, body] of attempts) {
      const refused = await henrik.call(verb, path, body);
      t.strictSame([refused.status, refused.json.code], [401, "reauthentication-required"], `${what}: ${verb} ${path}`);
      t.match(refused.headers.get("www-authenticate"), /insufficient_user_authentication/);
    }
    t.equal(JSON.stringify(await methodsOf(henrik)), before, what);
  };
  await tryAll("the password alone, of somebody who has methods");
  await henrik.prove("email", EMAIL);
  run.clock.turn(5 * MINUTE + 1000);
  await tryAll("a proof that is no longer fresh");
  t.strictSame(await run.outbox().then((items) => items.filter(({ to }) => to.startsWith("thief"))), []);
});

t.test("one proof is not enough for an administrator", async (t) => {
  const run = await startProduct(t);
  const odd = await signedIn(run, "odd");
  const once = await odd.call("POST", "/v1/me/methods", { type: "recoveryCodes" });
  t.strictSame([once.status, once.json.proofsNeeded], [401, 1]);
  await odd.prove("sms", run.person("odd").contacts[1]?.value ?? "");
  t.equal((await odd.call("POST", "/v1/me/methods", { type: "recoveryCodes" })).status, 201);
});

t.test("what is not verified never counts and gets no message of a reset", async (t) => {
  const run = await startProduct(t);
  const signe = await signedIn(run, "signe");
  await signe.add("email", "signe@private.example");
  await signe.codeTo("signe@private.example");
  const sent = (await run.outbox()).length;
  const reset = await startReset(run, "signe.holm@contoso.example");
  await challenge(run, reset, "email");
  await run.settled();
  t.equal((await run.outbox()).length, sent, "nothing: no code, no note");
  t.equal((await signe.call("GET", "/v1/me/security-info")).json.registered, false);
});

t.test("a method added after a reset does not count before its time", async (t) => {
  const run = await startProduct(t);
  const reset = await startReset(run, HENRIK);
  const asked = (await challenge(run, reset, "email")).json.challengeId;
  await verify(run, reset, asked, codeIn(await messageTo(run, EMAIL)));
  t.equal((await setPassword(run, reset, "plum violin harbour tuesday")).status, 204);
  run.clock.turn(MINUTE);
  const thief = await signedIn(run, "henrik", "plum violin harbour tuesday");
  await thief.prove("email", EMAIL);
  const id = await thief.register("mobilePhone", NEW_PHONE);
  const added = (await methodsOf(thief)).find((method) => method.id === id);
  t.equal(Date.parse(added?.usableForResetFrom ?? ""), run.clock.now() + DAY, "visible to the person");
  const codesTo = async (number: string) => (await run.outbox()).filter(({ to, text }) => to === number && /#\d{8}/.test(text)).length;
  const before = await codesTo(NEW_PHONE);
  const askForCode = async () => {
    const { status } = await challenge(run, await startReset(run, HENRIK), "sms", id);
    t.equal(status, 202);
    await run.settled();
  };
  await askForCode();
  t.equal(await codesTo(NEW_PHONE), before, "no code goes there");
  run.clock.turn(DAY);
  await askForCode();
  t.equal(await codesTo(NEW_PHONE), before + 1, "after its time one does");
});

t.test("a changed method waits where nothing but itself vouched for the change", async (t) => {
  const run = await startProduct(t);
  const henrik = await signedIn(run, "henrik");
  await henrik.prove("email", EMAIL);
  const own = (await methodsOf(henrik)).find(({ type }) => type === "email");
  await henrik.call("PATCH", `/v1/me/methods/${own?.id}`, { value: "thief@private.example" });
  const code = await henrik.codeTo("thief@private.example");
  const changed = await henrik.call("POST", `/v1/me/methods/${own?.id}/verify`, { code });
  t.equal(Date.parse(changed.json.usableForResetFrom), run.clock.now() + DAY);
  const refused = await henrik.call("DELETE", `/v1/me/methods/${(await methodsOf(henrik)).find(({ type }) => type === "mobilePhone")?.id}`);
  t.equal(refused.status, 401, "and what waits is no proof of the session");
});

t.test("two people: nobody reads, changes, verifies or removes what is another's", async (t) => {
  const run = await startProduct(t);
  const owner = await signedIn(run, "henrik");
  await owner.prove("email", EMAIL);
  const pending = await owner.add("mobilePhone", NEW_PHONE);
  const code = await owner.codeTo(NEW_PHONE);
  const other = await signedIn(run, "signe");
  await other.register("email", "signe@private.example");
  const before = JSON.stringify(await methodsOf(owner));
  for (const id of [...(await methodsOf(owner)).map((method) => method.id), "no-such-id", "00000000-0000-0000-0000-000000000000"]) {
    for (const [verb, path, body] of [
      ["POST", `/v1/me/methods/${id}/verify`, { code }],
      ["POST", `/v1/me/methods/${id}/resend`],
      ["PATCH", `/v1/me/methods/${id}`, { value: "thief@private.example" }],
      ["PATCH", `/v1/me/methods/${id}`, { name: "mine" }],
      ["DELETE", `/v1/me/methods/${id}`],
    ] as const)
      t.equal((await other.call(verb, path, body)).status, 404, `${verb} ${path}`);
  }
  t.equal(JSON.stringify(await methodsOf(owner)), before);
  t.equal((await other.call("GET", "/v1/me/security-info")).text.includes("henrik"), false);
  const { rows } = await run.connection.pool.query("select challenge_tries from authentication_methods where id = $1", [pending]);
  t.equal(rows[0].challenge_tries, 0, "not even a try is counted");
  const app = withToken(run, await run.appToken());
  t.equal((await app.call("GET", "/v1/me/security-info")).status, 403, "an application is no person");
});

t.test("one code, many at once: one success; five tries, and the right code comes too late", async (t) => {
  const run = await startProduct(t, { env: { LIMITS_FACTOR: "1" } });
  const henrik = await signedIn(run, "henrik");
  await henrik.prove("email", EMAIL);
  const phone = await henrik.add("mobilePhone", NEW_PHONE);
  const code = await henrik.codeTo(NEW_PHONE);
  const all = await Promise.all(Array.from({ length: 16 }, () => henrik.call("POST", `/v1/me/methods/${phone}/verify`, { code })));
  t.strictSame(all.map(({ status }) => status).sort(), [200, ...Array.from({ length: 15 }, () => 422)]);

  const second = await henrik.add("email", "second@private.example");
  const right = await henrik.codeTo("second@private.example");
  for (let tries = 0; tries < 5; tries += 1)
    t.equal((await henrik.call("POST", `/v1/me/methods/${second}/verify`, { code: "00000000" })).status, 422);
  t.equal((await henrik.call("POST", `/v1/me/methods/${second}/verify`, { code: right })).status, 422);
  t.equal((await methodsOf(henrik)).find(({ id }) => id === second)?.verified, false);

  const { secret, id } = (await henrik.call("POST", "/v1/me/methods", { type: "authenticatorApp" })).json;
  const now = generateSync({ strategy: "totp", secret, epoch: Math.floor(run.clock.now() / 1000) });
  const apps = await Promise.all(Array.from({ length: 16 }, () => henrik.call("POST", `/v1/me/methods/${id}/verify`, { code: now })));
  t.equal(apps.filter(({ status }) => status === 200).length, 1);
});

t.test("codes of the past, and codes to a value that was replaced on its way", async (t) => {
  const run = await startProduct(t);
  const henrik = await signedIn(run, "henrik");
  await henrik.prove("email", EMAIL);
  const id = (await methodsOf(henrik)).find(({ type }) => type === "mobilePhone")?.id;
  await henrik.call("PATCH", `/v1/me/methods/${id}`, { value: NEW_PHONE });
  const first = await henrik.codeTo(NEW_PHONE);
  await henrik.call("PATCH", `/v1/me/methods/${id}`, { value: "+46701740698" });
  const second = await henrik.codeTo("+46701740698");
  t.equal((await henrik.call("POST", `/v1/me/methods/${id}/verify`, { code: first })).status, 422);
  run.clock.turn(10 * MINUTE);
  t.equal((await henrik.call("POST", `/v1/me/methods/${id}/verify`, { code: second })).status, 422);
});

t.test("a stolen session sends no flood of messages", async (t) => {
  const run = await startProduct(t, { env: { LIMITS_FACTOR: "1" } });
  const signe = await signedIn(run, "signe");
  const statuses: number[] = [];
  for (let index = 0; index < 12; index += 1) {
    const { status, json } = await signe.call("POST", "/v1/me/methods", { type: "email", value: `victim${index}@private.example` });
    statuses.push(status);
    if (status === 201) await signe.call("DELETE", `/v1/me/methods/${json.id}`);
  }
  t.strictSame(statuses, [...Array.from({ length: 10 }, () => 201), 429, 429]);
  run.clock.turn(HOUR);
});

t.test("an old mailbox gets no link when the owner cleans up", async (t) => {
  const run = await startProduct(t);
  const henrik = await signedIn(run, "henrik");
  const phone = run.person("henrik").contacts[1]?.value ?? "";
  await henrik.prove("sms", phone);
  const old = (await methodsOf(henrik)).find(({ type }) => type === "email");
  t.equal((await henrik.call("DELETE", `/v1/me/methods/${old?.id}`)).status, 204);
  const told = await message(run, ({ to, subject }) => to === EMAIL && /security info/.test(subject ?? ""));
  t.notMatch(told.text, "/l/");
  t.match((await message(run, ({ to, text }) => to === phone && /security info/.test(text))).text, "/l/");
});
