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
  type Reset,
  signIn,
  startReset,
  verify,
} from "../journeys/reset-steps.ts";
import { exhaust, WRONG } from "./exhaust.ts";
import { address, BEHIND_PROXY, from } from "./sources.ts";

/** Statuses of so many wrong codes, one after the other. */
async function wrongCodes(run: StartedProduct, reset: Reset, challengeId: string, times: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let turn = 0; turn < times; turn++) statuses.push((await verify(run, reset, challengeId, WRONG)).status);
  return statuses;
}

onEachState(t, "A70 D05: of 1000 wrong codes at once from 1000 sources five are evaluated", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY });
  const person = run.person("henrik");
  const reset = await startReset(run, person.userPrincipalName);
  const asked = await challenge(run, reset, "email");
  const code = codeIn(await messageTo(run, addressOf(person, "email")));

  const answers = await Promise.all(
    Array.from({ length: 1000 }, (_, number) => {
      const guess = String(number).padStart(8, "0");
      return verify(from(run, address(number)), reset, asked.json.challengeId, guess === code.replace(" ", "") ? "99999999" : guess);
    }),
  );
  const evaluated = answers.filter(({ status }) => status === 422);
  const refused = answers.filter(({ status }) => status === 429);
  t.equal(evaluated.length, 5);
  t.equal(refused.length, 995);
  t.ok(
    refused.every(({ headers, json }) => Number(headers.get("retry-after")) >= 1 && json.code === "too-many-attempts"),
    "each says when to come again",
  );
  t.equal((await verify(run, reset, asked.json.challengeId, code)).status, 429, "the right code comes too late");

  await run.settled();
  await until(async () => (await proofEvents(run, reset)).length >= 6);
  t.same(
    (await proofEvents(run, reset)).sort(),
    ["blocked too-many-tries", ...Array(5).fill("failure code-rejected")].sort(),
    "what was refused fills no record",
  );
});

onEachState(t, "D04 D03: flows and sources without end stop at ten wrong proofs of one kind", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY });
  const person = run.person("henrik");
  const home = from(run, "203.0.113.5");
  t.equal((await signIn(home, person.userPrincipalName, person.password)).status, 200, "home is a familiar source from now on");

  const traces = new Map<string, string>();
  for (const name of [person.userPrincipalName, "nobody.there@contoso.example"]) {
    const early = await startReset(run, name);
    const pending = await challenge(run, early, "email");
    const statuses = await exhaust(run, name, "email");
    const late = from(run, address(900));
    const reset = await startReset(late, name);
    const refused = await challenge(late, reset, "email");
    const refusedEarly = await verify(run, early, pending.json.challengeId, WRONG);
    const other = await challenge(late, reset, "sms");
    traces.set(
      name,
      JSON.stringify([
        statuses,
        ...[refused, refusedEarly].map(({ status, json, headers }) => [status, json.code, headers.get("retry-after")]),
        [other.status, (await verify(late, reset, other.json.challengeId, WRONG)).status],
      ]),
    );
  }
  const day = String(DAY / 1000);
  t.equal(
    traces.get(person.userPrincipalName),
    JSON.stringify([Array(10).fill(422), [429, "too-many-attempts", day], [429, "too-many-attempts", day], [202, 422]]),
  );
  t.equal(traces.get("nobody.there@contoso.example"), traces.get(person.userPrincipalName), "the same for a name that nobody has");

  const stranger = from(run, address(901));
  const reset = await startReset(stranger, person.userPrincipalName);
  run.clock.turn(61_000);
  t.equal((await proveByMessage(stranger, reset, "sms", addressOf(person, "mobilePhone"))).next, "password", "another kind goes on");
  t.equal((await signIn(stranger, person.userPrincipalName, person.password)).status, 200, "sign-in goes on (A79)");
  const own = await startReset(home, person.userPrincipalName);
  t.equal((await proveByMessage(home, own, "email", addressOf(person, "email"))).next, "password", "a familiar source has its own share");

  run.clock.turn(DAY);
  const tomorrow = from(run, address(902));
  const again = await startReset(tomorrow, person.userPrincipalName);
  t.equal((await proveByMessage(tomorrow, again, "email", addressOf(person, "email"))).next, "password", "a day later it is over");
});

onEachState(t, "B07: neither a new code nor a new flow forgives a wrong one", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY });
  const person = run.person("henrik");
  const first = await startReset(run, person.userPrincipalName);
  const one = await challenge(run, first, "email");
  t.same(await wrongCodes(run, first, one.json.challengeId, 4), Array(4).fill(422));
  run.clock.turn(60_000);
  const two = await challenge(run, first, "email");
  t.equal(two.status, 202);
  t.same(await wrongCodes(run, first, two.json.challengeId, 4), Array(4).fill(422));
  const second = await startReset(run, person.userPrincipalName);
  const three = await challenge(run, second, "email");
  t.same(await wrongCodes(run, second, three.json.challengeId, 4), [422, 422, 429, 429]);
});

async function proofEvents(run: StartedProduct, reset: Reset): Promise<string[]> {
  const { rows } = await run.connection.pool.query("select outcome, reason from audit_events where type = 'reset.proof' and flow_id = $1", [
    reset.id,
  ]);
  return rows.map(({ outcome, reason }) => `${outcome} ${reason}`);
}
