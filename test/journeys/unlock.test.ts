import t from "tap";
import { type StartedProduct, startProduct } from "./product.ts";
import { addressOf, challenge, messageTo, onEachState, proveByMessage, type Reset, setPassword, signIn } from "./reset-steps.ts";
import { exhaustSignIn, unlock } from "./unlock-walk.ts";

const WRITEBACK = { writeback: { enabled: false, unlockWithoutReset: true } };

const allow = (run: StartedProduct) => run.connection.pool.query("update tenants set policy = policy || $1", [WRITEBACK]);

const start = (run: StartedProduct, userPrincipalName: string) =>
  run.call("POST", "/v1/password-resets", { body: { userPrincipalName, purpose: "unlock" } });

onEachState(t, "locked out, and the password is known: unlock, sign in", async (t, state) => {
  const run = await startProduct(t, { state, env: { LIMITS_FACTOR: "1" } });
  await allow(run);
  const person = run.person("henrik");
  await exhaustSignIn(run, person.userPrincipalName);
  t.equal((await signIn(run, person.userPrincipalName, person.password)).status, 429);

  const started = await start(run, person.userPrincipalName);
  t.equal(started.status, 201, started.text);
  const flow: Reset = started.json;
  t.equal((await unlock(run, flow)).json.code, "gates-not-passed", "nothing is proved yet");
  const next = await proveByMessage(run, flow, "email", addressOf(person, "email"));
  t.same(next, { next: "unlock" });
  t.match((await messageTo(run, addressOf(person, "email"))).text, /to unlock henrik/);
  t.equal((await run.call("GET", `/v1/password-resets/${flow.id}`, { token: flow.token })).json.next, "unlock");
  t.equal((await setPassword(run, flow, "plum violin harbour tuesday")).json.code, "invalid-reset-token", "it ends as nothing else");
  t.equal((await unlock(run, flow)).status, 204);
  t.equal((await unlock(run, flow)).json.code, "invalid-reset-token", "once");
  t.equal((await signIn(run, person.userPrincipalName, person.password)).json.next, "done", "the password is as it was");

  await run.settled();
  const { rows } = await run.connection.pool.query("select user_id, details from audit_events where type = 'reset.unlock'");
  t.match(rows, [{ details: { gates: ["email"] } }]);
  const notices = (await run.outbox()).filter(({ text }) => /was unlocked/.test(text));
  t.same(
    notices.map(({ to }) => to).sort(),
    [addressOf(person, "mobilePhone"), addressOf(person, "email")].sort(),
    "every address is told",
  );
});

t.test("an administrator unlocks with two gates, and a reset ends as no unlock", async (t) => {
  const run = await startProduct(t);
  await allow(run);
  const admin = run.person("odd");
  const flow: Reset = (await start(run, admin.userPrincipalName)).json;
  t.equal((await proveByMessage(run, flow, "email", addressOf(admin, "email"))).next, "challenge");
  t.equal((await unlock(run, flow)).json.code, "gates-not-passed");
  t.equal((await proveByMessage(run, flow, "sms", addressOf(admin, "mobilePhone"))).next, "unlock");
  t.equal((await unlock(run, flow)).status, 204);

  const person = run.person("henrik");
  const reset: Reset = (await run.call("POST", "/v1/password-resets", { body: { userPrincipalName: person.userPrincipalName } })).json;
  t.equal((await proveByMessage(run, reset, "sms", addressOf(person, "mobilePhone"))).next, "password");
  t.equal((await unlock(run, reset)).json.code, "invalid-reset-token");
  t.equal((await setPassword(run, reset, "plum violin harbour tuesday")).status, 204);
});

t.test("where the organisation does not allow it: refused at the start, for every name alike, and at the end", async (t) => {
  const run = await startProduct(t);
  const names = [
    run.person("henrik").userPrincipalName,
    "nobody@contoso.example",
    run.person("signe").userPrincipalName,
    "x@elsewhere.example",
  ];
  const seen = new Set<string>();
  for (const name of names) {
    const { status, json } = await start(run, name);
    seen.add(JSON.stringify([status, { ...json, instance: "" }]));
  }
  t.equal(seen.size, 1, [...seen].join("\n"));
  t.match([...seen][0], /^\[400/);

  await allow(run);
  const decoy: Reset = (await start(run, "nobody@contoso.example")).json;
  t.equal((await challenge(run, decoy, "email")).status, 202, "and where it does, nobody is told from somebody");
  t.equal((await unlock(run, decoy)).json.code, "gates-not-passed");

  const person = run.person("henrik");
  const flow: Reset = (await start(run, person.userPrincipalName)).json;
  await proveByMessage(run, flow, "sms", addressOf(person, "mobilePhone"));
  await run.connection.pool.query("update tenants set policy = policy || $1", [
    { writeback: { enabled: false, unlockWithoutReset: false } },
  ]);
  t.equal((await unlock(run, flow)).json.code, "gates-not-passed", "taken back meanwhile");
});

onEachState(t, "of many unlocks at once one is done", async (t, state) => {
  const run = await startProduct(t, { state });
  await allow(run);
  const person = run.person("henrik");
  const flow: Reset = (await start(run, person.userPrincipalName)).json;
  await proveByMessage(run, flow, "sms", addressOf(person, "mobilePhone"));
  const answers = await Promise.all(Array.from({ length: 16 }, () => unlock(run, flow)));
  t.equal(answers.filter(({ status }) => status === 204).length, 1);
  t.equal((await run.connection.pool.query("select 1 from audit_events where type = 'reset.unlock'")).rowCount, 1);
});
