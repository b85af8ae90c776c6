import t from "tap";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import {
  addressOf,
  challenge,
  codeIn,
  messageTo,
  proveByMessage,
  setPassword,
  signIn,
  startReset,
  verify,
} from "../journeys/reset-steps.ts";
import { giveAuthenticator } from "./authenticator.ts";
import { type Canaries, found, leaks } from "./leak-search.ts";
import { password } from "./proved-reset.ts";
import { BEHIND_PROXY, from } from "./sources.ts";

const SOURCE = "203.0.113.197";
const AGENT = "CanaryBrowser/7.7 (Firefox/140.0; Windows)";

/** Who everybody is and how they are reached. */
function people(run: StartedProduct): Canaries {
  const canaries: Canaries = new Map([
    [SOURCE, "source address"],
    [AGENT, "user agent"],
    ["nobody.there@contoso.example", "a name that nobody has"],
    [run.demo.app.clientSecret, "client secret"],
  ]);
  for (const user of run.demo.users) {
    canaries.set(user.userPrincipalName, "user name").set(user.password, "password");
    for (const { type, value } of user.contacts) canaries.set(value, type);
  }
  return canaries;
}

/** Codes and links of every message. */
async function addMessages(run: StartedProduct, canaries: Canaries): Promise<void> {
  for (const { text } of await run.outbox()) {
    for (const [code] of text.matchAll(/\b\d{4} ?\d{4}\b/g)) canaries.set(code, "code");
    for (const [, token = ""] of text.matchAll(/\/l\/(\S+)/g)) canaries.set(token, "link");
  }
}

t.test("B08 B09 S03 A68: no code, password, token, address or name is in a log, in PostgreSQL or in Redis", async (t) => {
  const run = await startProduct(t, { state: "redis", env: { ...BEHIND_PROXY, LIMITS_FACTOR: "1000" } });
  const source = from(run, SOURCE);
  const here: StartedProduct = {
    ...source,
    call: (method, path, options = {}) => source.call(method, path, { ...options, headers: { "user-agent": AGENT, ...options.headers } }),
  };
  const canaries = people(run);
  const search = async (when: string) => {
    await addMessages(run, canaries);
    t.strictSame(await leaks(run, canaries), {}, when);
  };
  const admin = run.person("ylva");
  const app = await giveAuthenticator(run, admin.userPrincipalName);

  const reset = await startReset(here, admin.userPrincipalName);
  const unknown = await startReset(here, "nobody.there@contoso.example");
  for (const { token } of [reset, unknown]) canaries.set(token, "reset token");
  await challenge(here, unknown, "email");
  const silent = await startReset(here, run.person("signe").userPrincipalName);
  await challenge(here, silent, "sms");
  const asked = await challenge(here, reset, "email");
  const code = codeIn(await messageTo(run, addressOf(admin, "email")));
  await search("while a code is waited for");
  await verify(here, reset, asked.json.challengeId, "11223344");
  await verify(here, reset, asked.json.challengeId, code);
  await proveByMessage(here, reset, "sms", addressOf(admin, "mobilePhone"));
  const byApp = await challenge(here, reset, "authenticatorApp");
  const appCode = app.code();
  await verify(here, reset, byApp.json.challengeId, appCode);
  await search("before the new password");

  canaries.set("contoso-canary-1", "refused password").set(password(1), "new password").set("wrong canary password", "wrong password");
  t.equal((await setPassword(here, reset, "contoso-canary-1")).json.code, "password-rejected");
  t.equal((await setPassword(here, reset, password(1))).status, 204);
  await signIn(here, admin.userPrincipalName, "wrong canary password");
  // What was begun in the moment of the reset is void.
  run.clock.turn(60_000);
  const { token } = (await signIn(here, admin.userPrincipalName, password(1))).json;
  const step = await here.call("POST", "/v1/sign-in/challenges", { token, body: { method: "authenticatorApp" } });
  const path = `/v1/sign-in/challenges/${step.json.challengeId}/verify`;
  const signedIn = await here.call("POST", path, { token, body: { code: app.code() } });
  canaries.set(token, "second-step token").set(signedIn.json.accessToken, "access token").set(signedIn.json.refreshToken, "refresh token");
  canaries.set(await run.appToken(), "application token");
  t.equal((await here.call("GET", "/v1/me", { token: signedIn.json.accessToken })).status, 200);
  await here.call("GET", `/v1/password-resets/${reset.id}?token=${reset.token}`, { token: reset.token });
  await here.call("POST", "/v1/sign-in", {
    body: { userPrincipalName: admin.userPrincipalName, password: password(1), extra: password(1) },
  });
  await run.settled();
  await search("at the end");

  t.ok(run.logs.length > 10, "there are logs");
  t.strictSame(found(new Map([[reset.id, "id"]]), run.logs.join("")), [], "ids of resets neither: a route is logged, not a path");
  const totp = new Map([[appCode, "app code"]]);
  t.strictSame(
    found(
      totp,
      run.logs
        .filter((line) => !/"ms"/.test(line))
        .join("")
        .replace(/"time":"[^"]*"/g, ""),
    ),
    [],
  );
});

t.test("the search finds what is there", async (t) => {
  const run = await startProduct(t, { state: "redis", worker: false });
  const person = run.person("henrik");
  const reset = await startReset(run, person.userPrincipalName);
  const { rows } = await run.connection.pool.query("select id from users where upn_key = $1", [person.userPrincipalName]);
  await challenge(run, reset, "email");
  const planted = await leaks(
    run,
    new Map([
      [reset.id, "reset id"],
      [rows[0].id, "user id"],
      ["postgres", "not there"],
    ]),
  );
  t.ok(planted.Redis?.some((hit) => hit.startsWith("reset id")));
  t.ok(planted["public.users"]?.some((hit) => hit.startsWith("user id")));
  t.ok(
    planted["graphile_worker._private_jobs"]?.some((hit) => hit.startsWith("reset id")),
    "the queue's private tables are searched",
  );
  await run.connection.pool.query("update authentication_methods set sealed_value = convert_to($1, 'utf8')", ["+46701740609"]);
  t.same(Object.keys(await leaks(run, new Map([["+46701740609", "phone"]]))), ["public.authentication_methods"], "in hexadecimal");
});

t.test("A14: no answer holds what is sent, and no answer but the first the token", async (t) => {
  const run = await startProduct(t);
  const seen: { path: string; text: string }[] = [];
  const watched: StartedProduct = {
    ...run,
    async call(method, path, options) {
      const answer = await run.call(method, path, options);
      seen.push({ path: `${method} ${path}`, text: `${[...answer.headers].flat().join("\n")}\n${answer.text}` });
      return answer;
    },
  };
  const admin = run.person("ylva");
  const reset = await startReset(watched, admin.userPrincipalName);
  await proveByMessage(watched, reset, "email", addressOf(admin, "email"));
  run.clock.turn(61_000);
  await challenge(watched, reset, "email");
  await proveByMessage(watched, reset, "sms", addressOf(admin, "mobilePhone"));
  await setPassword(watched, reset, "short");
  await setPassword(watched, reset, password(1));
  await run.settled();
  const canaries: Canaries = new Map();
  await addMessages(run, canaries);
  for (const user of run.demo.users) for (const { type, value } of user.contacts) canaries.set(value, type);
  t.ok([...canaries.values()].includes("code") && [...canaries.values()].includes("link"));
  for (const { path, text } of seen) t.strictSame(found(canaries, text), [], path);
  for (const { path, text } of seen.slice(1)) t.notMatch(text, reset.token, path);
});
