import t from "tap";
import { startProduct } from "../journeys/product.ts";
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
import { giveAuthenticator } from "./authenticator.ts";
import { count, password, provedReset, tally } from "./proved-reset.ts";

const MANY = 64;

onEachState(t, "A63 B04: of 64 new passwords at once one is set, recorded once and told once", async (t, state) => {
  const run = await startProduct(t, { state });
  const person = run.person("henrik");
  const reset = await provedReset(run, "henrik");
  const answers = await Promise.all(Array.from({ length: MANY }, (_, number) => setPassword(run, reset, password(number))));
  t.same(tally(answers), { "204": 1, "401 invalid-reset-token": MANY - 1 });
  const winner = answers.findIndex(({ status }) => status === 204);
  t.equal((await signIn(run, person.userPrincipalName, password(winner))).status, 200);
  t.equal((await signIn(run, person.userPrincipalName, password((winner + 1) % MANY))).status, 401);
  t.equal((await signIn(run, person.userPrincipalName, person.password)).status, 401);
  await run.settled();
  t.equal(await count(run, "audit_events where type = 'reset.complete'"), 1);
  t.equal(await count(run, "completed_resets"), 1);
  t.equal(await count(run, "password_history"), 1);
  const notices = (await run.outbox()).filter((item) => item.text.includes("/l/"));
  t.same(notices.map(({ to }) => to).sort(), [addressOf(person, "mobilePhone"), addressOf(person, "email")].sort(), "one to each address");
});

onEachState(t, "B04: of 64 times the right code at once one passes", async (t, state) => {
  const run = await startProduct(t, { state });
  const person = run.person("henrik");
  const reset = await startReset(run, person.userPrincipalName);
  const asked = await challenge(run, reset, "email");
  const code = codeIn(await messageTo(run, addressOf(person, "email")));
  const answers = await Promise.all(Array.from({ length: MANY }, () => verify(run, reset, asked.json.challengeId, code)));
  t.same(tally(answers), { "200": 1, "422 code-rejected": MANY - 1 });
});

onEachState(t, "F04 A112: of 64 times the app's right code at once one passes, and the step is used up", async (t, state) => {
  const run = await startProduct(t, { state });
  const person = run.person("henrik");
  const app = await giveAuthenticator(run, person.userPrincipalName);
  const resets = [await startReset(run, person.userPrincipalName), await startReset(run, person.userPrincipalName)];
  const asked = await Promise.all(resets.map(async (reset) => ({ reset, answer: await challenge(run, reset, "authenticatorApp") })));
  const code = app.code();
  const answers = await Promise.all(
    Array.from({ length: MANY }, (_, number) => {
      const { reset, answer } = asked[number % 2] ?? {};
      return verify(run, reset as Reset, answer?.json.challengeId, code);
    }),
  );
  t.equal(answers.filter(({ status }) => status === 200).length, 1, "in one of two resets, once");
  t.ok(
    answers.every(({ status }) => [200, 422, 429].includes(status)),
    JSON.stringify(tally(answers)),
  );
});
