import { Redis } from "ioredis";
import t from "tap";
import { MINUTE } from "../../src/kit/clock.ts";
import { LIMITS } from "../../src/throttle/limits.ts";
import { freshRedis, startProduct } from "../journeys/product.ts";
import { addressOf, challenge, codeIn, messageTo, onEachState, setPassword, signIn, startReset } from "../journeys/reset-steps.ts";
import { createFormClient } from "../pages/form-client.ts";
import { count, password, provedReset, tally } from "./proved-reset.ts";

// Judging a password costs more than most requests, so whoever has passed a gate must not have as many judged as they like.

const PASSWORDS = LIMITS.passwordsOfReset[0].limit;
const OWN_LIMITS = { LIMITS_FACTOR: "1" };
const WEAK = "password1234";
const rejected = "audit_events where type = 'reset.password' and reason = 'password-rejected'";
const turnedAway = "audit_events where type = 'reset.password' and outcome = 'blocked' and reason = 'too-many-passwords'";

onEachState(t, "rejected passwords posted again and again: after twenty none is judged, until the reset ends", async (t, state) => {
  const run = await startProduct(t, { state, env: OWN_LIMITS });
  const person = run.person("henrik");
  const reset = await provedReset(run, "henrik");
  run.clock.turn(MINUTE);
  const tries = await Promise.all(Array.from({ length: PASSWORDS + 5 }, () => setPassword(run, reset, WEAK)));
  t.same(tally(tries), { "422 password-rejected": PASSWORDS, "429 too-many-attempts": 5 }, "all at once gain nothing");
  const good = await setPassword(run, reset, password(1));
  t.match([good.status, good.json.code, good.headers.get("retry-after")], [429, "too-many-attempts", "840"], "until the reset ends");
  t.same([await count(run, rejected), await count(run, turnedAway)], [PASSWORDS, 1], "on the record once");
  t.equal(
    (await run.call("GET", `/v1/password-resets/${reset.id}`, { token: reset.token })).json.next,
    "password",
    "it is neither over nor claimed",
  );
  t.equal((await signIn(run, person.userPrincipalName, person.password)).status, 200, "and the old password holds");

  const another = await provedReset(run, "henrik");
  t.equal((await setPassword(run, another, password(1))).status, 204, "another reset has tries of its own");
});

onEachState(t, "a password that comes before all gates are passed counts too, and one before any counts nothing", async (t, state) => {
  const run = await startProduct(t, { state, env: OWN_LIMITS });
  const person = run.person("ylva");
  for (const name of [person.userPrincipalName, "nobody.there@contoso.example"]) {
    const fresh = await startReset(run, name);
    const early = await Promise.all(Array.from({ length: PASSWORDS + 1 }, () => setPassword(run, fresh, WEAK)));
    t.same(tally(early), { "403 gates-not-passed": PASSWORDS + 1 }, "the same for a name that nobody has");
  }
  const reset = await startReset(run, person.userPrincipalName);
  const { challengeId } = (await challenge(run, reset, "email")).json;
  const code = codeIn(await messageTo(run, addressOf(person, "email")));
  await run.call("POST", `/v1/password-resets/${reset.id}/challenges/${challengeId}/verify`, { token: reset.token, body: { code } });
  const halfway = await Promise.all(Array.from({ length: PASSWORDS + 1 }, () => setPassword(run, reset, WEAK)));
  t.same(tally(halfway), { "403 gates-not-passed": PASSWORDS, "429 too-many-attempts": 1 }, "each of them writes a line of the record");
});

t.test("C13: where the tries cannot be counted no password is judged", async (t) => {
  const url = await freshRedis(t);
  const run = await startProduct(t, { env: { ...OWN_LIMITS, REDIS_URL: url } });
  const reset = await provedReset(run, "henrik");
  const operator = new Redis(url);
  t.teardown(() => operator.disconnect());
  await operator.rpush(`throttle:passwords:${reset.id}`, "not a counter");
  t.ok((await setPassword(run, reset, WEAK)).status >= 500);
  t.ok((await setPassword(run, reset, password(1))).status >= 500);
  t.equal(await count(run, "audit_events where type = 'reset.password' or type = 'reset.complete'"), 0);
});

for (const [language, words] of [
  ["en", "Too many passwords have been tried"],
  ["sv", "För många lösenord har provats"],
] as const)
  onEachState(t, `the page says that an attempt takes no more passwords, ${language}`, async (t, state) => {
    const run = await startProduct(t, { state, env: OWN_LIMITS });
    const person = run.person("henrik");
    const client = createFormClient(run);
    client.cookies.set("__Host-rekey-language", language);
    await client.get("/reset");
    await client.submit("/reset", { userPrincipalName: person.userPrincipalName });
    await client.submit("/reset/method", { flow: client.hidden("flow"), way: "email" });
    await client.submit("/reset/code", { flow: client.hidden("flow"), code: codeIn(await messageTo(run, addressOf(person, "email"))) });
    const fields = (text: string) => ({ flow: client.hidden("flow"), newPassword: text, confirmPassword: text });
    for (let turn = 1; turn <= PASSWORDS; turn++) t.match((await client.submit("/reset/password", fields(WEAK))).html, 'id="new-password"');
    const answer = await client.submit("/reset/password", fields(password(1)));
    t.equal(answer.status, 200);
    t.match(answer.html, `<h1>${words}</h1>`);
    t.notMatch(answer.html, 'id="new-password"');
    t.match(answer.html, 'action="/reset/cancel"', "the way on is to begin anew");
    t.equal((await signIn(run, person.userPrincipalName, person.password)).status, 200, "it was not changed");
  });
