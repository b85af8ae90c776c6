import t from "tap";
import { DAY, MINUTE } from "../../src/kit/clock.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import { challenge, codeIn, messageTo, setPassword, startReset, verify } from "../journeys/reset-steps.ts";
import { isFrozen, message, methodsOf, objectBy, type SignedInPerson, setPolicy, signedIn } from "../registration/signed-in.ts";

// What a "this was not me", and a reset, mean for what a thief has registered or put on its way. The rest: registration-attacked.test.ts.

const HENRIK = "henrik.dahl@contoso.example";
const EMAIL = "henrik.dahl@private.example";
const NEW_PHONE = "+46701740699";

const FROZEN = [409, "conflict", "recovery-frozen"];
const verdictOf = ({ status, json }: Awaited<ReturnType<SignedInPerson["call"]>>) => [status, json.code, json.reason];

/** A fresh proof by a code to one of several numbers. */
async function proveByNumber(person: SignedInPerson, methodId: string, number: string): Promise<void> {
  const asked = await person.call("POST", "/v1/sign-in/challenges", { method: "sms", methodId });
  const code = await person.codeTo(number);
  person.token = (await person.call("POST", `/v1/sign-in/challenges/${asked.json.challengeId}/verify`, { code })).json.accessToken;
}

t.test("what was objected to neither lifts the freeze nor changes anything meanwhile", async (t) => {
  const run = await startProduct(t);
  const phone = run.person("henrik").contacts[1]?.value ?? "";
  const before = await signedIn(run, "henrik");
  const phoneId = (await methodsOf(before)).find(({ type }) => type === "mobilePhone")?.id ?? "";
  run.clock.turn(MINUTE);
  await before.prove("email", EMAIL);
  const id = await before.register("mobilePhone", NEW_PHONE);
  run.clock.turn(MINUTE);
  const later = await before.register("email", "later@private.example");
  await run.settled();
  const links = (await run.outbox()).filter(({ to, text }) => to === phone && text.includes("/l/"));
  t.equal(links.length, 2);
  t.equal(await objectBy(run, links[1] as (typeof links)[number], "/not-me/security-info"), 303);
  t.equal(await isFrozen(run, "henrik"), true);

  const thief = await signedIn(run, "henrik");
  await thief.prove("email", EMAIL);
  await proveByNumber(thief, id, NEW_PHONE);
  t.equal((await thief.call("POST", "/v1/me/security-info/confirm")).status, 204);
  t.equal(await isFrozen(run, "henrik"), true, "the old mailbox and the disputed number");
  for (const [verb, path, body] of [
    ["POST", "/v1/me/methods", { type: "email", value: "third@private.example" }],
    ["POST", "/v1/me/methods", { type: "authenticatorApp" }],
    ["POST", "/v1/me/methods", { type: "recoveryCodes" }],
    ["PATCH", `/v1/me/methods/${phoneId}`, { value: "+46701740698" }],
    ["PATCH", `/v1/me/methods/${phoneId}`, { name: "mine" }],
    ["DELETE", `/v1/me/methods/${phoneId}`, undefined],
  ] as const)
    t.strictSame(verdictOf(await thief.call(verb, path, body)), FROZEN, `${verb} ${path}`);

  const owner = await signedIn(run, "henrik");
  await proveByNumber(owner, phoneId, phone);
  t.strictSame(verdictOf(await owner.call("DELETE", `/v1/me/methods/${id}`)), FROZEN, "one older proof");
  await owner.prove("email", EMAIL);
  t.equal((await owner.call("DELETE", `/v1/me/methods/${id}`)).status, 204, "two older proofs clean up");
  t.equal((await owner.call("DELETE", `/v1/me/methods/${later}`)).status, 204);
  await owner.call("POST", "/v1/me/security-info/confirm");
  t.equal(await isFrozen(run, "henrik"), false, "and lift the freeze");
  t.equal((await owner.call("GET", "/v1/me")).status, 200);
  await objectBy(run, links[0] as (typeof links)[number], "/not-me/security-info");
  t.equal(await isFrozen(run, "henrik"), false, "a link of before brings it back no more");
  t.equal((await owner.call("GET", "/v1/me")).status, 200, "nor ends a session");
});

t.test("of two objections the older change counts", async (t) => {
  const run = await startProduct(t);
  const phone = run.person("henrik").contacts[1]?.value ?? "";
  run.clock.turn(MINUTE);
  const thief = await signedIn(run, "henrik");
  await thief.prove("email", EMAIL);
  const id = await thief.register("mobilePhone", NEW_PHONE);
  run.clock.turn(MINUTE);
  await thief.register("email", "later@private.example");
  await run.settled();
  const links = (await run.outbox()).filter(({ to, text }) => to === phone && text.includes("/l/"));
  for (const told of links.reverse()) t.equal(await objectBy(run, told, "/not-me/security-info"), 303);
  const again = await signedIn(run, "henrik");
  await again.prove("email", EMAIL);
  await proveByNumber(again, id, NEW_PHONE);
  await again.call("POST", "/v1/me/security-info/confirm");
  t.equal(await isFrozen(run, "henrik"), true);
});

t.test("values on their way do not survive what the owner does about them", async (t) => {
  const onTheirWay = async (run: StartedProduct) => {
    run.clock.turn(MINUTE);
    const thief = await signedIn(run, "henrik");
    await thief.prove("sms", run.person("henrik").contacts[1]?.value ?? "");
    const changed = (await methodsOf(thief)).find(({ type }) => type === "mobilePhone")?.id ?? "";
    t.equal((await thief.call("PATCH", `/v1/me/methods/${changed}`, { value: "+46701740698" })).status, 200);
    const added = await thief.add("email", "thief@private.example");
    return { thief, added, changed };
  };
  const gone = async (run: StartedProduct, what: string) => {
    const { rows } = await run.connection.pool.query(
      `select count(*)::int as rows, count(*) filter (where m.verified_at is null or m.pending_value is not null or m.challenge_id is not null)::int as begun
       from authentication_methods m join users u on u.id = m.user_id where u.upn_key = $1`,
      [HENRIK],
    );
    t.strictSame(rows, [{ rows: 2, begun: 0 }], what);
  };
  const reset = async (run: StartedProduct) => {
    const started = await startReset(run, HENRIK);
    const asked = (await challenge(run, started, "email")).json.challengeId;
    await verify(run, started, asked, codeIn(await messageTo(run, EMAIL)));
    t.equal((await setPassword(run, started, "plum violin harbour tuesday")).status, 204);
  };

  const byReset = await startProduct(t);
  await onTheirWay(byReset);
  await reset(byReset);
  await gone(byReset, "a reset");

  const byObjection = await startProduct(t);
  await reset(byObjection);
  const told = await message(byObjection, ({ to, text }) => to === EMAIL && text.includes("/l/"));
  byObjection.clock.turn(MINUTE);
  const thief = await signedIn(byObjection, "henrik", "plum violin harbour tuesday");
  await thief.prove("email", EMAIL);
  await thief.add("email", "thief@private.example");
  await objectBy(byObjection, told, "/not-me");
  t.equal(await isFrozen(byObjection, "henrik"), true);
  await gone(byObjection, "an objection to a reset");

  const byChange = await startProduct(t);
  const { thief: changing } = await onTheirWay(byChange);
  await changing.call("POST", "/v1/me/methods", { type: "recoveryCodes" });
  const link = await message(byChange, ({ to, text }) => to === EMAIL && text.includes("/l/"));
  await objectBy(byChange, link, "/not-me/security-info");
  await byChange.connection.pool.query("delete from authentication_methods where type = 'recoveryCodes'");
  await gone(byChange, "an objection to a change");
});

t.test("a value that was put on its way before a reset, or a freeze, waits when it is verified", async (t) => {
  for (const since of [
    "insert into completed_resets (flow_id, token_hash, tenant_id, user_id, completed_at) select 'flow', '', tenant_id, id, $2 from users where upn_key = $1",
    "update users set recovery_frozen_at = $2 where upn_key = $1",
  ]) {
    const run = await startProduct(t);
    const henrik = await signedIn(run, "henrik");
    await henrik.prove("email", EMAIL);
    const id = await henrik.add("mobilePhone", NEW_PHONE);
    const code = await henrik.codeTo(NEW_PHONE);
    run.clock.turn(MINUTE);
    await run.connection.pool.query(since, [HENRIK, new Date(run.clock.now())]);
    const verified = await henrik.call("POST", `/v1/me/methods/${id}/verify`, { code });
    t.equal(Date.parse(verified.json.usableForResetFrom), run.clock.now() + DAY, since.slice(0, 24));
  }
});

t.test("a set of recovery codes does not vouch for its own replacement", async (t) => {
  const run = await startProduct(t);
  await setPolicy(run, { methods: ["email", "sms", "recoveryCode"] });
  const henrik = await signedIn(run, "henrik");
  await henrik.prove("email", EMAIL);
  const { codes } = (await henrik.call("POST", "/v1/me/methods", { type: "recoveryCodes" })).json;
  run.clock.turn(6 * MINUTE);
  const asked = await henrik.call("POST", "/v1/sign-in/challenges", { method: "recoveryCode" });
  const given = await henrik.call("POST", `/v1/sign-in/challenges/${asked.json.challengeId}/verify`, { code: codes[0] });
  t.equal(given.status, 200, given.text);
  henrik.token = given.json.accessToken;
  t.equal((await henrik.call("POST", "/v1/me/methods", { type: "recoveryCodes" })).status, 201);
  const set = (await methodsOf(henrik)).find(({ type }) => type === "recoveryCodes");
  t.equal(Date.parse(set?.usableForResetFrom ?? ""), run.clock.now() + DAY);
});
