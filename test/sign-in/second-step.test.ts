import t from "tap";
import { MINUTE } from "../../src/kit/clock.ts";
import { startProduct, until } from "../journeys/product.ts";
import { addressOf, codeIn, messageTo, onEachState, signIn } from "../journeys/reset-steps.ts";
import { askForCode, giveCode, proveTo, secondStepOf, signedIn } from "../journeys/second-step-walk.ts";
import { giveAuthenticator } from "../security/authenticator.ts";

onEachState(t, "an administrator: password, then a code", async (t, state) => {
  const run = await startProduct(t, { state });
  const admin = run.person("ylva");
  const first = await signIn(run, admin.userPrincipalName, admin.password);
  t.match(first.json, { next: "second-step", methods: [{ method: "email" }, { method: "sms" }] }, "always, unasked");
  t.notOk("accessToken" in first.json);
  t.notMatch(first.text, addressOf(admin, "email"), "masked");
  t.equal((await run.call("GET", "/v1/me", { token: first.json.token })).status, 401, "the token opens nothing else");

  const asked = await askForCode(run, first.json.token, "sms");
  t.equal(asked.status, 202);
  t.match(asked.json, { method: "sms", challengeId: /^s-/, expiresAt: String, resendAfter: String });
  const message = await messageTo(run, addressOf(admin, "mobilePhone"));
  t.match(message.text, /code to sign in/);
  const code = codeIn(message);
  const wrong = await giveCode(run, first.json.token, asked.json.challengeId, code === "00000000" ? "11111111" : "00000000");
  t.equal(wrong.json.code, "code-rejected");
  const done = await giveCode(run, first.json.token, asked.json.challengeId, code);
  t.match(done.json, { next: "done", accessToken: String, refreshToken: String, tokenType: "Bearer", interrupts: [] });
  t.equal((await run.call("GET", "/v1/me", { token: done.json.accessToken })).json.userPrincipalName, admin.userPrincipalName);

  const again = await giveCode(run, first.json.token, asked.json.challengeId, code);
  t.equal(again.json.code, "unauthenticated", "one proof ends it");
  t.equal((await askForCode(run, first.json.token, "email")).json.code, "unauthenticated");
});

t.test("others when they ask, and whoever has an authenticator app", async (t) => {
  const run = await startProduct(t);
  const person = run.person("henrik");
  t.equal((await signIn(run, person.userPrincipalName, person.password)).json.next, "done", "nobody asked");
  const step = await secondStepOf(run, person);
  t.same(
    step.methods.map(({ method }) => method),
    ["email", "sms"],
  );
  t.equal((await askForCode(run, step.token, "authenticatorApp")).json.code, "invalid-request", "a method the person does not have");
  t.equal((await askForCode(run, step.token, "securityQuestions")).json.code, "invalid-request", "questions are no second step");

  const { userPrincipalName, password } = run.person("signe");
  const bare = await run.call("POST", "/v1/sign-in", { body: { userPrincipalName, password, secondStep: true } });
  t.not(bare.json.next, "second-step", "nothing to give it by");

  const app = await giveAuthenticator(run, person.userPrincipalName);
  const always = await signIn(run, person.userPrincipalName, person.password);
  t.equal(always.json.next, "second-step", "with an app always");
  const asked = await askForCode(run, always.json.token, "authenticatorApp");
  t.equal(asked.json.resendAfter, null);
  t.equal((await giveCode(run, always.json.token, asked.json.challengeId, app.code())).json.next, "done");

  await run.connection.pool.query(`update tenants set policy = policy || '{"methods": ["email"]}'`);
  const step2 = await signIn(run, person.userPrincipalName, person.password);
  t.same(
    step2.json.methods.map(({ method }: { method: string }) => method),
    ["email", "authenticatorApp"],
    "also where the policy of resets does not take it",
  );
});

t.test("an administrator with one kind of method is let in to register, and to nothing else", async (t) => {
  const run = await startProduct(t);
  const admin = run.person("odd");
  await run.connection.pool.query(
    "delete from authentication_methods where type = 'mobilePhone' and user_id = (select id from users where upn_key = $1)",
    [admin.userPrincipalName],
  );
  const first = await signIn(run, admin.userPrincipalName, admin.password);
  t.match(first.json, { next: "interrupts", interrupts: ["register-security-info"] });
  t.equal((await run.call("GET", "/v1/me", { token: first.json.accessToken })).status, 401);
  const proof = await proveTo(run, first.json.accessToken, "email", addressOf(admin, "email"));
  t.match(proof.json, { next: "interrupts", interrupts: ["register-security-info"] }, "may prove the one that is there");
});

t.test("the second step dies with time, and with what it stands on", async (t) => {
  const run = await startProduct(t);
  const person = run.person("henrik");
  const { pool } = run.connection;
  const passes = async (change: () => Promise<unknown>) => {
    const step = await secondStepOf(run, person);
    const to = addressOf(person, "email");
    const known = (await run.outbox()).filter((item) => item.to === to).length;
    const asked = await askForCode(run, step.token, "email");
    const code = codeIn(await messageTo(run, to, known));
    await change();
    return (await giveCode(run, step.token, asked.json.challengeId, code)).json;
  };
  const of = (change: string) => pool.query(`${change} where upn_key = $1`, [person.userPrincipalName]);
  t.match(await passes(async () => run.clock.turn(10 * MINUTE)), { code: "unauthenticated" }, "ten minutes");
  t.match(await passes(() => of("update users set credential_version = credential_version + 1")), { code: "unauthenticated" });
  t.match(await passes(() => of("update users set enabled = false")), { code: "unauthenticated" }, "disabled meanwhile");
  await of("update users set enabled = true");
  run.clock.turn(60 * MINUTE);
  t.match(
    await passes(() => pool.query("update authentication_methods set revision = revision + 1 where type = 'email'")),
    { code: "unauthenticated" },
    "the value was changed meanwhile",
  );
  t.match(
    await passes(() => of("update users set recovery_frozen_at = now()")),
    { next: "done" },
    "a frozen recovery stops resets, not its owner",
  );
});

onEachState(t, "a fresh proof of somebody who is signed in", async (t, state) => {
  const run = await startProduct(t, { state });
  const person = run.person("henrik");
  const { userPrincipalName, password } = person;
  const [one, other] = [await signIn(run, userPrincipalName, password), await signIn(run, userPrincipalName, password)];
  const asked = await askForCode(run, one.json.accessToken, "email");
  t.equal(asked.status, 202, asked.text);
  const message = await messageTo(run, addressOf(person, "email"));
  t.match(message.text, /to confirm that you are henrik/);
  const code = codeIn(message);
  await askForCode(run, other.json.accessToken, "sms");
  // Its message is there before the next one is waited for.
  await run.settled();
  const foreign = await giveCode(run, other.json.accessToken, asked.json.challengeId, code);
  t.equal(foreign.json.code, "code-rejected", "a code of one session is worth nothing in another");
  const proved = await giveCode(run, one.json.accessToken, asked.json.challengeId, code);
  t.match(proved.json, { next: "done", accessToken: String, refreshToken: String }, proved.text);
  t.not(proved.json.refreshToken, one.json.refreshToken);
  t.equal((await run.call("GET", "/v1/me", { token: proved.json.accessToken })).status, 200, "the session lives on");
  t.equal((await giveCode(run, one.json.accessToken, asked.json.challengeId, code)).json.code, "unauthenticated", "used");

  run.clock.turn(MINUTE);
  t.equal((await proveTo(run, one.json.accessToken, "sms", addressOf(person, "mobilePhone"))).status, 200, "and the next proof, anew");
  t.equal((await askForCode(run, "nonsense", "email")).json.code, "unauthenticated");
  t.equal((await askForCode(run, await run.appToken(), "email")).json.code, "forbidden", "applications prove nothing");
});

t.test("steps are on the record under their own names, with who acted", async (t) => {
  const run = await startProduct(t);
  const admin = run.person("ylva");
  const token = await signedIn(run, admin);
  run.clock.turn(MINUTE);
  await proveTo(run, token, "sms", addressOf(admin, "mobilePhone"));
  const steps = "select type, outcome, actor from audit_events where type ~ '^(sign-in|proof)[.]'";
  await until(async () => (await run.connection.pool.query(steps)).rowCount === 7);
  const { rows } = await run.connection.pool.query(steps);
  t.same(rows.map(({ type }) => type).sort(), [
    "proof.challenge",
    "proof.proof",
    "proof.start",
    "sign-in.challenge",
    "sign-in.complete",
    "sign-in.proof",
    "sign-in.start",
  ]);
  t.ok(rows.every(({ actor, outcome }) => actor.kind === "user" && outcome === "success"));
});

t.test("a verified change proves the new value, and a proof of the former one is none any more", async (t) => {
  const run = await startProduct(t);
  const person = run.person("henrik");
  const token = await signedIn(run, person);
  const shown = async () =>
    (await run.call("GET", "/v1/me/security-info", { token })).json.methods as { id: string; type: string; value?: string }[];
  const fresh = async () => (await shown()).some(({ value }) => value !== undefined);
  await proveTo(run, token, "sms", addressOf(person, "mobilePhone"));
  const email = (await shown()).find(({ type }) => type === "email");
  const path = `/v1/me/methods/${email?.id}`;
  t.equal((await run.call("PATCH", path, { token, body: { value: "new@private.example" } })).status, 200);
  run.clock.turn(4 * MINUTE);
  t.equal((await proveTo(run, token, "email", addressOf(person, "email"))).status, 200, "the former one, while it is there");
  const code = codeIn(await messageTo(run, "new@private.example"));
  run.clock.turn(2 * MINUTE);
  t.equal(await fresh(), true);
  await run.connection.pool.query("update authentication_methods set revision = revision + 1 where type = 'email'");
  t.equal(await fresh(), false, "another value is in its place");
  t.equal((await run.call("POST", `${path}/verify`, { token, body: { code } })).status, 200);
  t.equal(await fresh(), true, "the value that was verified");
});
