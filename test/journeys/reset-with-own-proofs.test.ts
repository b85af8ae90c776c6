import t from "tap";
import { giveAnswers, giveRecoveryCodes } from "../security/own-proofs.ts";
import { tally } from "../security/proved-reset.ts";
import { type StartedProduct, startProduct } from "./product.ts";
import { addressOf, challenge, onEachState, proveByMessage, type Reset, setPassword, startReset, verify } from "./reset-steps.ts";
import { askForCode, giveCode, secondStepOf } from "./second-step-walk.ts";

const POLICY = { methodsRequired: 2, methods: ["email", "recoveryCode", "securityQuestions"] };
const NEW_PASSWORD = "plum violin harbour tuesday";

async function withOwnProofs(run: StartedProduct) {
  await run.connection.pool.query("update tenants set policy = policy || $1", [POLICY]);
  const { userPrincipalName } = run.person("henrik");
  return { codes: await giveRecoveryCodes(run, userPrincipalName), answerTo: await giveAnswers(run, userPrincipalName) };
}

const answer = (run: StartedProduct, reset: Reset, challengeId: string, answers: Record<string, string>) =>
  run.call("POST", `/v1/password-resets/${reset.id}/challenges/${challengeId}/verify`, { token: reset.token, body: { answers } });

onEachState(t, "email, then security questions", async (t, state) => {
  const run = await startProduct(t, { state });
  const person = run.person("henrik");
  const { answerTo } = await withOwnProofs(run);
  const reset = await startReset(run, person.userPrincipalName);
  t.notOk(reset.methods.includes("securityQuestions"), "never offered first");
  t.equal((await challenge(run, reset, "securityQuestions")).json.code, "invalid-request");
  const next = await proveByMessage(run, reset, "email", addressOf(person, "email"));
  t.same(
    next.methods.map(({ method }: { method: string }) => method),
    ["recoveryCode", "securityQuestions"],
  );
  const questions: { id: string; text: string }[] = next.methods[1].questions;
  t.equal(questions.length, 3);
  t.ok(questions.every(({ text }) => text.length > 10));
  t.notOk("questions" in next.methods[0]);

  const asked = await challenge(run, reset, "securityQuestions");
  t.match(asked.json, { challengeId: /^q-/, resendAfter: null });
  const { challengeId } = asked.json;
  t.equal((await verify(run, reset, challengeId, "12345678")).json.code, "invalid-request", "a code is no answer, and no try");
  const right = Object.fromEntries(questions.map(({ id }) => [id, ` ${answerTo(id).toUpperCase()}. `]));
  const [[first = ""] = []] = Object.entries(right);
  t.equal((await answer(run, reset, challengeId, { ...right, [first]: "something else" })).json.code, "code-rejected", "all must be right");
  t.equal((await answer(run, reset, challengeId, { [first]: right[first] ?? "" })).json.code, "code-rejected", "one is not enough");
  t.equal((await answer(run, reset, challengeId, right)).json.next, "password");
  t.equal((await setPassword(run, reset, NEW_PASSWORD)).status, 204);
});

onEachState(t, "a saved code as a gate, once", async (t, state) => {
  const run = await startProduct(t, { state });
  const person = run.person("henrik");
  const { codes } = await withOwnProofs(run);
  const [first = "", second = ""] = codes;
  const reset = await startReset(run, person.userPrincipalName);
  t.equal((await proveByMessage(run, reset, "email", addressOf(person, "email"))).next, "challenge");
  const asked = await challenge(run, reset, "recoveryCode");
  t.match(asked.json, { challengeId: /^r-/, resendAfter: null });
  t.equal((await answer(run, reset, asked.json.challengeId, { a: "b" })).json.code, "invalid-request", "an answer is no code");
  t.equal((await verify(run, reset, asked.json.challengeId, "0000-0000-0000-0000")).json.code, "code-rejected");
  t.equal((await verify(run, reset, asked.json.challengeId, first.toLowerCase().replaceAll("-", " "))).json.next, "password");

  const resets = await Promise.all([1, 2].map(() => startReset(run, person.userPrincipalName)));
  const used = await challenge(run, resets[0] as Reset, "recoveryCode");
  t.equal((await verify(run, resets[0] as Reset, used.json.challengeId, first)).json.code, "code-rejected", "used");

  const step = await secondStepOf(run, person);
  const inReset = (await challenge(run, resets[1] as Reset, "recoveryCode")).json.challengeId;
  const inSignIn = (await askForCode(run, step.token, "recoveryCode")).json.challengeId;
  const answers = await Promise.all([
    verify(run, resets[1] as Reset, inReset, second),
    giveCode(run, step.token, inSignIn, second),
    verify(run, resets[0] as Reset, used.json.challengeId, second),
  ]);
  t.same(tally(answers), { "200": 1, "422 code-rejected": 2 }, "of three at once, in resets and a sign-in, one is taken");
});

t.test("for nobody, and for an administrator, the same answers and no way through", async (t) => {
  const run = await startProduct(t);
  await withOwnProofs(run);
  const admin = run.person("ylva");
  const codes = await giveRecoveryCodes(run, admin.userPrincipalName);
  const seen = new Set<string>();
  for (const name of [admin.userPrincipalName, "nobody@contoso.example"]) {
    const reset = await startReset(run, name);
    const asked = await challenge(run, reset, "recoveryCode");
    const { status, json } = await verify(run, reset, asked.json.challengeId, codes[0] ?? "");
    seen.add(JSON.stringify([asked.status, status, { ...json, instance: "" }]));
  }
  t.equal(seen.size, 1, [...seen].join("\n"));
  t.match([...seen][0], /code-rejected/);
});
