import { generateSync } from "otplib/functional";
import t from "tap";
import { SECOND } from "../../src/kit/clock.ts";
import { type Answer, startProduct, until } from "../journeys/product.ts";
import {
  addressOf,
  challenge,
  codeIn,
  messageTo,
  onEachState,
  type Reset,
  setPassword,
  signIn,
  startReset,
  verify,
} from "../journeys/reset-steps.ts";
import { askForCode, giveCode, proveTo, secondStepOf } from "../journeys/second-step-walk.ts";
import { giveMethod, userId } from "./another-person.ts";
import { giveAuthenticator } from "./authenticator.ts";
import { exhaust, WRONG } from "./exhaust.ts";
import { count, password, provedReset, tally } from "./proved-reset.ts";
import { address, BEHIND_PROXY, from } from "./sources.ts";

const MANY = 64;

onEachState(t, "a token of one purpose opens no other", async (t, state) => {
  const run = await startProduct(t, { state });
  const person = run.person("henrik");
  const step = await secondStepOf(run, person);
  const [id = "", secret = ""] = step.token.split(".");
  for (const token of [step.token, secret]) {
    const stolen: Reset = { id, token, supportCode: "", methods: [] };
    for (const answer of [
      await challenge(run, stolen, "email"),
      await setPassword(run, stolen, password(1)),
      await run.call("GET", `/v1/password-resets/${id}`, { token }),
      await run.call("DELETE", `/v1/password-resets/${id}`, { token }),
      await run.call("POST", `/v1/password-resets/${id}/unlock`, { token }),
    ])
      t.equal(answer.json.code, "invalid-reset-token", "a stolen second step resets nothing");
  }
  t.equal((await proveTo(run, step.token, "email", addressOf(person, "email"))).json.next, "done", "and was not used up");

  const reset = await provedReset(run, "henrik");
  for (const token of [reset.token, `${reset.id}.${reset.token}`]) {
    t.equal((await askForCode(run, token, "sms")).json.code, "unauthenticated", "a proved reset signs nobody in");
    t.equal((await run.call("GET", "/v1/me", { token })).status, 401);
  }
  t.equal((await setPassword(run, reset, password(2))).status, 204);
});

t.test("a code of a reset is worth nothing in a second step, nor the reverse", async (t) => {
  const run = await startProduct(t);
  const person = run.person("henrik");
  const to = addressOf(person, "email");
  const reset = await startReset(run, person.userPrincipalName);
  const resetChallenge = (await challenge(run, reset, "email")).json.challengeId;
  const resetCode = codeIn(await messageTo(run, to));
  const step = await secondStepOf(run, person);
  const stepChallenge = (await askForCode(run, step.token, "email")).json.challengeId;
  const stepCode = codeIn(await messageTo(run, to, 1));
  for (const [challengeId, code] of [
    [stepChallenge, resetCode],
    [resetChallenge, resetCode],
  ] as const)
    t.equal((await giveCode(run, step.token, challengeId, code)).json.code, "code-rejected");
  for (const [challengeId, code] of [
    [resetChallenge, stepCode],
    [stepChallenge, stepCode],
  ] as const)
    t.equal((await verify(run, reset, challengeId, code)).json.code, "code-rejected");
  t.equal((await giveCode(run, step.token, stepChallenge, stepCode)).status, 200);
  t.equal((await verify(run, reset, resetChallenge, resetCode)).status, 200);
});

onEachState(t, "A79 D03: wrong codes of anonymous resets never stop the second step, nor the reverse", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY });
  const admin = run.person("ylva");
  const home = from(run, address(900));
  await exhaust(run, admin.userPrincipalName, "email");
  await exhaust(run, admin.userPrincipalName, "sms", 50);
  // The person is told of both pauses; the codes come after.
  await until(async () => (await count(run, "audit_events where type = 'reset.pause'")) === 2);
  await run.settled();
  t.equal((await proveTo(home, (await secondStepOf(home, admin)).token, "email", addressOf(admin, "email"))).json.next, "done");

  for (let flow = 0; flow < 2; flow++) {
    const step = await secondStepOf(home, admin);
    const asked = await askForCode(home, step.token, "sms");
    for (let tries = 0; tries < 5; tries++) await giveCode(home, step.token, asked.json.challengeId, WRONG);
  }
  const full = await secondStepOf(home, admin);
  t.equal((await askForCode(home, full.token, "sms")).status, 429, "wrong second steps are counted, over all sign-ins");
  t.equal((await askForCode(home, full.token, "email")).status, 202, "another way goes on");
  const own = await startReset(home, admin.userPrincipalName);
  t.equal((await challenge(home, own, "sms")).status, 202, "and so does a reset from the person's own place");
  await run.settled();
  t.equal(
    await count(run, "authentication_methods where type = 'mobilePhone' and consecutive_failures > 10"),
    0,
    "no failure of a second step is one of the method",
  );
});

t.test("A90: a wrong password tells nothing of a second step, whoever it is", async (t) => {
  const run = await startProduct(t);
  const seen = new Set<string>();
  for (const name of [run.person("ylva").userPrincipalName, run.person("henrik").userPrincipalName, "nobody@contoso.example"])
    for (const secondStep of [true, undefined]) {
      const answer = await run.call("POST", "/v1/sign-in", { body: { userPrincipalName: name, password: "wrong", secondStep } });
      seen.add(JSON.stringify([answer.status, { ...answer.json, instance: "" }]));
    }
  t.equal(seen.size, 1, [...seen].join("\n"));
});

onEachState(t, "F04 A112: of 64 uses of one code over reset and sign-in one succeeds", async (t, state) => {
  const run = await startProduct(t, { state });
  const person = run.person("henrik");
  const app = await giveAuthenticator(run, person.userPrincipalName);
  const acts: ((code: string) => Promise<Answer>)[] = [];
  for (let number = 0; number < 8; number++) {
    if (number % 2 === 0) {
      const reset = await startReset(run, person.userPrincipalName);
      const { challengeId } = (await challenge(run, reset, "authenticatorApp")).json;
      acts.push((code) => verify(run, reset, challengeId, code));
    } else {
      const { token } = await secondStepOf(run, person);
      const { challengeId } = (await askForCode(run, token, "authenticatorApp")).json;
      acts.push((code) => giveCode(run, token, challengeId, code));
    }
  }
  const code = app.code();
  const answers = await Promise.all(Array.from({ length: MANY }, (_, number) => acts[number % acts.length]?.(code) as Promise<Answer>));
  t.equal(answers.filter(({ status }) => status === 200).length, 1, JSON.stringify(tally(answers)));
});

t.test("F04: a step is dead once it, or a later one, was used, for whatever purpose", async (t) => {
  const run = await startProduct(t);
  const person = run.person("henrik");
  const app = await giveAuthenticator(run, person.userPrincipalName);
  const inReset = async (code: string) => {
    const reset = await startReset(run, person.userPrincipalName);
    return (await verify(run, reset, (await challenge(run, reset, "authenticatorApp")).json.challengeId, code)).status;
  };
  const inSignIn = async (code: string) => {
    const { token } = await secondStepOf(run, person);
    return (await giveCode(run, token, (await askForCode(run, token, "authenticatorApp")).json.challengeId, code)).status;
  };
  const before = app.code();
  run.clock.turn(30 * SECOND);
  const present = app.code();
  t.equal(await inSignIn(present), 200, "T in a sign-in");
  t.equal(await inReset(before), 422, "T-1 in a reset");
  t.equal(await inReset(present), 422, "T again");
  run.clock.turn(30 * SECOND);
  const next = app.code();
  t.equal(await inReset(next), 200, "T+1 in a reset");
  t.equal(await inSignIn(present), 422, "T in a sign-in");
  t.equal(await inSignIn(next), 422);
});

t.test("RFC 6238, appendix B: its vectors, through the API", async (t) => {
  const run = await startProduct(t);
  const person = run.person("henrik");
  // The secret of the vectors for SHA-1, in Base32; the last six of the eight digits that they give.
  const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  await giveMethod(run, await userId(run, person.userPrincipalName), "authenticatorApp", secret);
  const vectors = [
    [59, "287082"],
    [1_111_111_109, "081804"],
    [1_111_111_111, "050471"],
    [1_234_567_890, "005924"],
    [2_000_000_000, "279037"],
    [20_000_000_000, "353130"],
  ] as const;
  for (const [seconds, code] of vectors) {
    run.clock.turn(seconds * SECOND - run.clock.now());
    const { token } = await secondStepOf(run, person);
    const { challengeId } = (await askForCode(run, token, "authenticatorApp")).json;
    const other = generateSync({ strategy: "totp", secret, epoch: seconds + 30 });
    t.equal((await giveCode(run, token, challengeId, other)).status, 422, "the next step's code is too early");
    t.type((await giveCode(run, token, challengeId, code)).json.accessToken, "string", `at ${seconds}`);
  }
});

t.test("a stolen password makes no source familiar, and its second step is told to nobody but the person", async (t) => {
  const run = await startProduct(t, { env: BEHIND_PROXY });
  const admin = run.person("ylva");
  const thief = from(run, address(7));
  const step = await secondStepOf(thief, admin);
  await askForCode(thief, step.token, "email");
  t.match((await messageTo(run, addressOf(admin, "email"))).text, /somebody knows your password/);
  t.equal(await count(run, "familiar_sources"), 0);
  t.equal((await proveTo(thief, step.token, "sms", addressOf(admin, "mobilePhone"))).json.next, "done");
  t.equal(await count(run, "familiar_sources"), 1, "after the second step");
  t.equal((await signIn(thief, admin.userPrincipalName, admin.password)).json.next, "second-step", "familiar or not");
});

onEachState(t, "wrong codes for a stolen session do not stop its owner from signing in", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY });
  const person = run.person("henrik");
  const { accessToken } = (await signIn(run, person.userPrincipalName, person.password)).json;
  for (let flow = 0; flow < 2; flow++) {
    const asked = await askForCode(run, accessToken, "email");
    for (let tries = 0; tries < 5; tries++) await giveCode(run, accessToken, asked.json.challengeId, WRONG);
    run.clock.turn(61 * SECOND);
  }
  t.equal((await askForCode(run, accessToken, "email")).status, 429, "counted, for fresh proofs");
  await run.settled();
  t.equal((await proveTo(run, (await secondStepOf(run, person)).token, "email", addressOf(person, "email"))).json.next, "done");
});

onEachState(t, "calls with tokens that open nothing use up nothing of whoever signs in from there", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY });
  const nobody = `b00-${"A".repeat(22)}.${"A".repeat(43)}`;
  const answers: Answer[] = [];
  for (let call = 0; call < 310; call++) answers.push(await askForCode(run, nobody, "email"));
  t.same(tally(answers), { "401 unauthenticated": 310 });
  const step = await secondStepOf(run, run.person("henrik"));
  t.equal((await askForCode(run, step.token, "email")).status, 202);
});

t.test("H05: people whose numbers lie side by side sign in by text message in the same hour", async (t) => {
  // Two messages to a block of numbers in an hour.
  const run = await startProduct(t, { env: { LIMITS_FACTOR: "0.1" } });
  const people = ["henrik", "ylva", "odd", "mirja"].map((name) => run.person(name));
  const numbers = people.map((person) => addressOf(person, "mobilePhone"));
  t.equal(new Set(numbers.map((number) => number.slice(0, -4))).size, 1, "one block");
  for (const [index, person] of people.entries())
    t.equal((await proveTo(run, (await secondStepOf(run, person)).token, "sms", numbers[index] ?? "")).json.next, "done");
});
