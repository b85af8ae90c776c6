import t from "tap";
import { startProduct } from "./product.ts";
import {
  addressOf,
  challenge,
  codeIn,
  messageTo,
  onEveryState,
  proveByMessage,
  setPassword,
  signIn,
  startReset,
  verify,
} from "./reset-steps.ts";

const NEW_PASSWORD = "plum violin harbour tuesday";

onEveryState(t, "one gate: email, new password, sign in", async (t, state) => {
  const run = await startProduct(t, { state });
  const person = run.person("henrik");
  const before = await signIn(run, person.userPrincipalName, person.password);
  t.equal(before.json.next, "done", "the old password is good until it is reset");

  const reset = await startReset(run, person.userPrincipalName);
  t.same(reset.methods, ["email", "sms", "authenticatorApp"]);
  const next = await proveByMessage(run, reset, "email", addressOf(person, "email"));
  t.equal(next.next, "password");
  t.match(next.passwordRules, [{ rule: "min-length", value: 12 }]);

  const weak = await setPassword(run, reset, "password1234");
  t.equal(weak.status, 422);
  t.equal(weak.json.code, "password-rejected");
  t.same(weak.json.reasons, ["common-password"]);
  t.same((await setPassword(run, reset, person.password)).json.reasons, ["in-history"], "the present password is no new one");

  t.equal((await setPassword(run, reset, NEW_PASSWORD)).status, 204, "a refused password used nothing up");
  t.equal((await setPassword(run, reset, `${NEW_PASSWORD}!`)).json.code, "invalid-reset-token", "the reset is over");
  t.equal((await signIn(run, person.userPrincipalName, person.password)).status, 401);
  t.equal((await signIn(run, person.userPrincipalName, NEW_PASSWORD)).json.next, "done");

  const me = await run.call("GET", "/v1/me", { token: before.json.accessToken });
  t.equal(me.status, 401, "a token from before the reset is dead");

  await run.settled();
  const notices = (await run.outbox()).filter((item) => item.text.includes("/l/"));
  t.same(
    notices.map((item) => item.to).sort(),
    [addressOf(person, "mobilePhone"), addressOf(person, "email")].sort(),
    "every address is told",
  );
});

onEveryState(t, "an administrator: two different gates", async (t, state) => {
  const run = await startProduct(t, { state });
  const admin = run.person("ylva");
  const reset = await startReset(run, admin.userPrincipalName);
  const next = await proveByMessage(run, reset, "email", addressOf(admin, "email"));
  t.equal(next.next, "challenge", "one gate is not enough");
  t.same(
    next.methods.map(({ method }: { method: string }) => method),
    ["sms"],
    "the other kinds of proof, masked",
  );
  t.notMatch(JSON.stringify(next.methods), addressOf(admin, "mobilePhone"));
  t.equal((await setPassword(run, reset, NEW_PASSWORD)).json.code, "gates-not-passed");

  run.clock.turn(61_000);
  t.equal((await proveByMessage(run, reset, "email", addressOf(admin, "email"))).next, "challenge", "the same method twice is one method");
  t.equal((await proveByMessage(run, reset, "sms", addressOf(admin, "mobilePhone"))).next, "password");
  t.equal((await setPassword(run, reset, NEW_PASSWORD)).status, 204);
  t.equal((await signIn(run, admin.userPrincipalName, NEW_PASSWORD)).status, 200);
});

t.test("the text message binds its code to our page and fits one segment", async (t) => {
  const run = await startProduct(t);
  const person = run.person("henrik");
  const reset = await startReset(run, person.userPrincipalName);
  await challenge(run, reset, "sms");
  const { text } = await messageTo(run, addressOf(person, "mobilePhone"));
  t.match(text.split("\n").at(-1), /^@127\.0\.0\.1 #\d{8}$/);
  t.ok(text.length <= 160, `${text.length} characters`);
});

t.test("wrong, replaced, used and foreign codes are refused alike", async (t) => {
  const run = await startProduct(t);
  const person = run.person("henrik");
  const to = addressOf(person, "email");
  const reset = await startReset(run, person.userPrincipalName);
  const first = await challenge(run, reset, "email");
  const firstCode = codeIn(await messageTo(run, to));
  run.clock.turn(61_000);
  const second = await challenge(run, reset, "email");
  const secondCode = codeIn(await messageTo(run, to, 1));
  const other = await startReset(run, run.person("odd").userPrincipalName);
  const foreign = await challenge(run, other, "email");

  const refused = await Promise.all([
    verify(run, reset, second.json.challengeId, "00000000"),
    verify(run, reset, first.json.challengeId, firstCode),
    verify(run, other, foreign.json.challengeId, secondCode),
    verify(run, other, second.json.challengeId, secondCode),
  ]);
  const seen = new Set(refused.map(({ status, json }) => JSON.stringify([status, { ...json, instance: null }])));
  t.equal(seen.size, 1, [...seen].join("\n"));
  t.equal(refused[0]?.json.code, "code-rejected");
  t.equal(
    (await verify(run, reset, second.json.challengeId, ` ${secondCode.slice(0, 4)} - ${secondCode.slice(4).trim()}`)).status,
    200,
    "typed with blanks and dashes",
  );
  t.equal((await verify(run, reset, second.json.challengeId, secondCode)).json.code, "code-rejected", "used");
});

t.test("a code dies at its time, and a reset at its own", async (t) => {
  const run = await startProduct(t);
  const person = run.person("henrik");
  const reset = await startReset(run, person.userPrincipalName);
  const asked = await challenge(run, reset, "email");
  const code = codeIn(await messageTo(run, addressOf(person, "email")));
  run.clock.turn(600_000);
  t.equal((await verify(run, reset, asked.json.challengeId, code)).json.code, "code-rejected");
  run.clock.turn(300_000);
  t.equal((await challenge(run, reset, "email")).json.code, "invalid-reset-token");
});

t.test("cancelled is over", async (t) => {
  const run = await startProduct(t);
  const reset = await startReset(run, run.person("henrik").userPrincipalName);
  t.match((await run.call("GET", `/v1/password-resets/${reset.id}`, { token: reset.token })).json, { id: reset.id, next: "challenge" });
  t.equal((await run.call("DELETE", `/v1/password-resets/${reset.id}`, { token: reset.token })).status, 204);
  for (const method of ["GET", "DELETE"])
    t.equal((await run.call(method, `/v1/password-resets/${reset.id}`, { token: reset.token })).json.code, "invalid-reset-token");
});
