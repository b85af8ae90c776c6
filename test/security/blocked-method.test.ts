import t from "tap";
import { DAY } from "../../src/kit/clock.ts";
import { type StartedProduct, startProduct, until } from "../journeys/product.ts";
import {
  addressOf,
  challenge,
  codeIn,
  messageTo,
  onEachState,
  proveByMessage,
  signIn,
  startReset,
  verify,
} from "../journeys/reset-steps.ts";
import { exhaust, WRONG } from "./exhaust.ts";
import { BEHIND_PROXY, from } from "./sources.ts";

onEachState(t, "D01: thirty failures in a row block a method for strangers' flows, until the person signs in", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY });
  const person = run.person("henrik");
  const to = addressOf(person, "email");
  const home = from(run, "203.0.113.5");
  await signIn(home, person.userPrincipalName, person.password);
  for (const day of [1, 2]) {
    t.same(await exhaust(run, person.userPrincipalName, "email", 100 * day), Array(10).fill(422));
    await until(async () => (await failures(run, "email")) === 10 * day);
    await run.settled();
    run.clock.turn(DAY + 1);
  }
  const own = await startReset(home, person.userPrincipalName);
  const before = (await run.outbox()).filter((item) => item.to === to).length;
  const asked = await challenge(home, own, "email");
  const code = codeIn(await messageTo(run, to, before));
  await exhaust(run, person.userPrincipalName, "email", 300);
  await until(async () => (await failures(run, "email")) === 30);
  await run.settled();
  const known = (await run.outbox()).filter((item) => item.to === to).length;

  const late = await verify(home, own, asked.json.challengeId, code);
  t.match(late.json, { next: "challenge", methods: [{ method: "sms" }] }, "a code that was sent before opens nothing any more (D06)");
  t.equal((await proveByMessage(home, own, "sms", addressOf(person, "mobilePhone"))).next, "password", "the other method is not blocked");

  // The right code ended the row of failures; the attacker starts it again.
  await run.connection.pool.query("update authentication_methods set consecutive_failures = 30 where type = 'email'");
  run.clock.turn(DAY + 1);
  const blocked = await startReset(home, person.userPrincipalName);
  t.equal((await challenge(home, blocked, "email")).status, 202, "the answer tells nothing");
  await run.settled();
  t.equal((await run.outbox()).filter((item) => item.to === to).length, known, "and nothing is sent");
  t.equal((await signIn(home, person.userPrincipalName, person.password)).status, 200);
  t.equal(await failures(run, "email"), 0);
  const free = await startReset(home, person.userPrincipalName);
  t.equal((await proveByMessage(home, free, "email", to)).next, "password");
});

t.test("D09: success clears the failures of the method that was used, and no others", async (t) => {
  const run = await startProduct(t, { env: BEHIND_PROXY });
  const person = run.person("henrik");
  const reset = await startReset(run, person.userPrincipalName);
  const sms = await challenge(run, reset, "sms");
  for (let turn = 0; turn < 3; turn++) await verify(run, reset, sms.json.challengeId, WRONG);
  const email = await challenge(run, reset, "email");
  for (let turn = 0; turn < 2; turn++) await verify(run, reset, email.json.challengeId, WRONG);
  await until(async () => (await failures(run, "email")) === 2 && (await failures(run, "mobilePhone")) === 3);
  t.equal((await verify(run, reset, email.json.challengeId, codeIn(await messageTo(run, addressOf(person, "email"))))).status, 200);
  await until(async () => (await failures(run, "email")) === 0);
  t.equal(await failures(run, "mobilePhone"), 3);
});

async function failures(run: StartedProduct, type: string): Promise<number> {
  const { rows } = await run.connection.pool.query(
    "select consecutive_failures from authentication_methods m join users u on u.id = m.user_id where u.upn_key like 'henrik%' and type = $1",
    [type],
  );
  return rows[0].consecutive_failures;
}
