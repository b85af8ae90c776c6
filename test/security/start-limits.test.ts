import t from "tap";
import { HOUR, MINUTE } from "../../src/kit/clock.ts";
import { WAIT_MS } from "../../src/throttle/proof-of-work.ts";
import { type Answer, type StartedProduct, startProduct } from "../journeys/product.ts";
import { onEachState, signIn } from "../journeys/reset-steps.ts";
import { solve, ticketOf } from "./proof-of-work.ts";
import { tally } from "./proved-reset.ts";
import { address, BEHIND_PROXY, from } from "./sources.ts";

let names = 0;
/** A name that nobody has asked for yet, so that no counter of an account is met. */
const freshName = () => `name-${++names}@contoso.example`;

function start(run: StartedProduct, userPrincipalName = freshName(), proofOfWork?: string): Promise<Answer> {
  return run.call("POST", "/v1/password-resets", {
    body: { userPrincipalName, ...(proofOfWork === undefined ? {} : { proofOfWork }) },
  });
}

async function starts(run: StartedProduct, times: number, name?: string): Promise<Record<string, number>> {
  const answers: Answer[] = [];
  for (let turn = 0; turn < times; turn++) answers.push(await start(run, name));
  return tally(answers);
}

onEachState(t, "D04 A09: one source starts ten resets, then proves work for each, once", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY, worker: false });
  const source = from(run, address(1));
  t.same(await starts(source, 10), { "201": 10 });
  const asked = await start(source);
  t.match(asked, { status: 403, json: { code: "proof-of-work-required", challenge: { signature: /^[0-9a-f]+$/ } } });
  t.same(await starts(from(run, address(2)), 1), { "201": 1 }, "another source is free");

  const work = await solve(asked);
  const [header = "", ...rest] = work;
  t.equal((await start(source, undefined, [header === "e" ? "f" : "e", ...rest].join(""))).status, 403, "tampered with");
  const { challenge } = JSON.parse(Buffer.from(work, "base64").toString());
  const lazy = Buffer.from(JSON.stringify({ challenge, solution: { counter: 0, derivedKey: "00".repeat(32), time: 1 } })).toString(
    "base64",
  );
  t.equal((await start(source, undefined, lazy)).status, 403, "not solved");
  const cheap = { ...challenge, parameters: { ...challenge.parameters, cost: 1, keyPrefix: "" } };
  const forged = Buffer.from(JSON.stringify({ challenge: cheap, solution: { counter: 0, derivedKey: "00", time: 1 } })).toString("base64");
  t.equal((await start(source, undefined, forged)).status, 403, "made easy by the caller");
  const race = await Promise.all(Array.from({ length: 16 }, () => start(source, undefined, work)));
  t.same(tally(race), { "201": 1, "403 proof-of-work-required": 15 }, "work that is sent sixteen times at once counts once");
  t.equal((await start(from(run, address(3)), undefined, work)).status, 403, "nor anywhere else");

  const late = await solve(await start(source));
  run.clock.turn(10 * MINUTE);
  await starts(source, 10);
  t.equal((await start(source, undefined, late)).status, 403, "work goes stale");
});

onEachState(t, "A09: a wait stands in for work, after its time and once", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY, worker: false });
  const source = from(run, address(1));
  await starts(source, 10);
  const asked = await start(source);
  const ticket = ticketOf(asked);
  t.equal(asked.json.challenge.wait.seconds, WAIT_MS / 1000);
  t.equal((await start(source, undefined, ticket)).status, 403, "not at once");
  run.clock.turn(WAIT_MS - 1);
  t.equal((await start(source, undefined, ticket)).status, 403, "not a moment early");
  run.clock.turn(1);
  const [word, id, when, signature] = ticket.split(".");
  for (const forged of [
    `${word}.${id}x.${when}.${signature}`,
    `${word}.${id}.${Number(when) - 1}.${signature}`,
    `${word}.${id}.${when}.`,
    `${word}..${when}.${signature}`,
    "wait....",
    "wait",
  ])
    t.equal((await start(source, undefined, forged)).status, 403, forged);
  t.equal((await start(source, undefined, ticket)).status, 201);
  t.equal((await start(source, undefined, ticket)).status, 403, "used");
  t.equal((await start(source, undefined, `${word}.${id}.0${when}.${signature}`)).status, 403, "the same in another writing");
});

onEachState(t, "D10: at ten times its limit a source is refused, with work or without, and told until when", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY, worker: false });
  const source = from(run, address(1));
  const asked: Answer[] = [];
  for (let turn = 0; turn < 100; turn++) asked.push(await start(source));
  t.same(tally(asked), { "201": 10, "403 proof-of-work-required": 90 });
  run.clock.turn(WAIT_MS);
  const ticket = ticketOf(asked.at(-1) as Answer);
  for (const refused of [await start(source), await start(source, undefined, ticket)]) {
    t.match(refused, { status: 429, json: { code: "too-many-attempts" } });
    t.equal(refused.headers.get("retry-after"), String((10 * MINUTE - WAIT_MS) / 1000));
  }
  t.same(await starts(from(run, address(2)), 1), { "201": 1 }, "others go on");
  run.clock.turn(10 * MINUTE - WAIT_MS);
  t.same(await starts(source, 1), { "403 proof-of-work-required": 1 }, "the hour's limit asks for work, and no longer refuses");
  run.clock.turn(HOUR);
  t.same(await starts(source, 1), { "201": 1 });
});

onEachState(
  t,
  "A03: ten starts for one name, then work from whoever asks for it, known or not; familiar sources apart",
  async (t, state) => {
    const run = await startProduct(t, { state, env: BEHIND_PROXY, worker: false });
    const person = run.person("henrik");
    const home = from(run, "203.0.113.5");
    await signIn(home, person.userPrincipalName, person.password);
    for (const name of [person.userPrincipalName, freshName()]) {
      const answers: Answer[] = [];
      for (let turn = 0; turn < 12; turn++) answers.push(await start(from(run, address(names * 100 + turn)), name));
      t.same(tally(answers), { "201": 10, "403 proof-of-work-required": 2 }, name);
      run.clock.turn(WAIT_MS);
      t.equal((await start(from(run, address(names * 100 + 50)), name, ticketOf(answers.at(-1) as Answer))).status, 201, "never refused");
    }
    t.same(await starts(home, 10, person.userPrincipalName), { "201": 10 }, "the person's own place is not asked");
  },
);
