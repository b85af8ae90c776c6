import t from "tap";
import { MINUTE } from "../../src/kit/clock.ts";
import { type Answer, startProduct } from "../journeys/product.ts";
import { onEachState, setPassword, signIn, startReset } from "../journeys/reset-steps.ts";
import { exhaust } from "./exhaust.ts";
import { password, provedReset, tally } from "./proved-reset.ts";
import { address, BEHIND_PROXY, from } from "./sources.ts";

onEachState(t, "D04 A71: ten wrong passwords for one name, then 429 for a name that exists and for one that does not", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY, worker: false });
  const person = run.person("henrik");
  const home = from(run, "203.0.113.5");
  t.equal((await signIn(home, person.userPrincipalName, person.password)).status, 200);
  const seen: string[] = [];
  for (const name of [person.userPrincipalName, "nobody.there@contoso.example"]) {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, number) => signIn(from(run, address(number)), name, `wrong ${number}`)),
    );
    const refused = answers.find(({ status }) => status === 429);
    seen.push(JSON.stringify([tally(answers), refused?.headers.get("retry-after"), { ...refused?.json, instance: "" }]));
  }
  t.match(seen[0], '{"401 sign-in-failed":10,"429 too-many-attempts":20}');
  t.equal(seen[0], seen[1]);
  t.equal(
    (await signIn(from(run, address(99)), person.userPrincipalName, person.password)).status,
    429,
    "for strangers, also with the right one",
  );
  t.equal((await signIn(home, person.userPrincipalName, person.password)).status, 200, "the person's own place has its own share");
  run.clock.turn(MINUTE - 1);
  t.equal((await signIn(from(run, address(99)), person.userPrincipalName, person.password)).status, 429);
  run.clock.turn(1);
  t.equal((await signIn(from(run, address(99)), person.userPrincipalName, person.password)).status, 200);
});

t.test("A79: what resets use up does not touch sign-in, and a completed reset ends a lockout", async (t) => {
  const run = await startProduct(t, { env: BEHIND_PROXY });
  const person = run.person("henrik");
  await exhaust(run, person.userPrincipalName, "email");
  await exhaust(run, person.userPrincipalName, "sms", 50);
  for (let number = 0; number < 10; number++) await startReset(from(run, address(200 + number)), `${number}@contoso.example`);
  const office = from(run, address(300));
  t.equal((await signIn(office, person.userPrincipalName, person.password)).status, 200);

  for (let turn = 0; turn < 11; turn++) await signIn(from(run, address(400)), run.person("odd").userPrincipalName, `wrong ${turn}`);
  t.equal((await signIn(from(run, address(401)), run.person("odd").userPrincipalName, run.person("odd").password)).status, 429);
  const other = run.person("henrik");
  for (let turn = 0; turn < 11; turn++) await signIn(office, other.userPrincipalName, `wrong ${turn}`);
  t.equal((await signIn(office, other.userPrincipalName, other.password)).status, 429);
  const reset = await provedReset(office, "henrik");
  t.equal((await setPassword(office, reset, password(1))).status, 204);
  t.equal((await signIn(office, other.userPrincipalName, password(1))).status, 200);
});

onEachState(t, "D04: failures of one source are counted over all names; whoever signs in behind it is not", async (t, state) => {
  const run = await startProduct(t, { state, env: { ...BEHIND_PROXY, LIMITS_FACTOR: "0.1" }, worker: false });
  const person = run.person("henrik");
  const office = from(run, address(1));
  const answers: Answer[] = [];
  for (let turn = 0; turn < 15; turn++) answers.push(await signIn(office, person.userPrincipalName, person.password));
  t.same(tally(answers), { "200": 15 }, "an office comes to work behind one address");
  const wrong = await Promise.all(Array.from({ length: 15 }, (_, number) => signIn(office, `name-${number}@contoso.example`, "wrong")));
  t.same(tally(wrong), { "401 sign-in-failed": 10, "429 too-many-attempts": 5 });
});
