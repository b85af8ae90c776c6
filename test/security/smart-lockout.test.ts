import { Redis } from "ioredis";
import t from "tap";
import { startRedis } from "../../scripts/servers/redis.mjs";
import { HOUR, MINUTE } from "../../src/kit/clock.ts";
import { type Answer, freshRedis, startProduct } from "../journeys/product.ts";
import { onEachState, signIn } from "../journeys/reset-steps.ts";
import { tally } from "./proved-reset.ts";
import { address, BEHIND_PROXY, from } from "./sources.ts";

onEachState(t, "password spraying: one password over all names costs each name one guess, and the source its hundred", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY, worker: false });
  const sprayer = from(run, address(7));
  const names = Array.from({ length: 120 }, (_, number) => `name-${number}@contoso.example`);
  const answers: Answer[] = [];
  for (const name of [run.person("henrik").userPrincipalName, ...names]) answers.push(await signIn(sprayer, name, "Winter2026!"));
  t.same(tally(answers), { "401 sign-in-failed": 100, "429 too-many-attempts": 21 });
  const person = run.person("henrik");
  t.equal((await signIn(from(run, address(8)), person.userPrincipalName, person.password)).status, 200, "nobody is locked out by it");
});

onEachState(t, "a source that is refused locks nobody out", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY, worker: false });
  const person = run.person("henrik");
  const thief = from(run, address(7));
  for (let number = 0; number < 100; number += 1) await signIn(thief, `name-${number}@contoso.example`, "x");
  for (let number = 0; number < 20; number += 1) t.equal((await signIn(thief, person.userPrincipalName, `wrong ${number}`)).status, 429);
  t.equal((await signIn(from(run, address(8)), person.userPrincipalName, person.password)).status, 200);
});

onEachState(t, "lockout as denial of service: strangers lock strangers out, not the person's own places", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY, worker: false });
  const person = run.person("henrik");
  const home = from(run, "203.0.113.5");
  await signIn(home, person.userPrincipalName, person.password);
  for (let round = 0; round < 8; round += 1) {
    for (let turn = 0; turn < 12; turn += 1) await signIn(from(run, address(turn)), person.userPrincipalName, `wrong ${round} ${turn}`);
    t.equal((await signIn(home, person.userPrincipalName, person.password)).status, 200, `round ${round}`);
    t.equal((await signIn(from(run, address(99)), person.userPrincipalName, person.password)).status, 429, "and does not let them in");
    run.clock.turn(HOUR - MINUTE);
  }
});

onEachState(t, "an old password that a device keeps sending locks nobody out", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY, worker: false });
  const person = run.person("henrik");
  const phone = from(run, address(1));
  for (let turn = 0; turn < 40; turn += 1) t.equal((await signIn(phone, person.userPrincipalName, "the one of last year")).status, 401);
  t.equal((await signIn(phone, person.userPrincipalName, person.password)).status, 200);
});

onEachState(t, "guessing on after a lock: each guess costs twice the wait of the one before", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY, worker: false });
  const waits: string[][] = [];
  for (const name of [run.person("henrik").userPrincipalName, "nobody.there@contoso.example"]) {
    const seen: string[] = [];
    for (let turn = 0; turn < 9; turn += 1) await signIn(from(run, address(turn)), name, `wrong ${turn}`);
    for (let turn = 0; turn < 8; turn += 1) {
      t.equal((await signIn(from(run, address(50 + turn)), name, `wrong again ${turn}`)).status, 401);
      const locked = await signIn(from(run, address(70)), name, "more");
      seen.push(locked.headers.get("retry-after") ?? "");
      run.clock.turn(Number(seen.at(-1)) * 1000);
    }
    waits.push(seen);
  }
  t.same(waits[0], ["60", "120", "240", "480", "960", "1920", "3600", "3600"]);
  t.same(waits[1], waits[0], "the same for a name that nobody has");
});

t.test("enumeration by lockout: a wrong password takes the same work for every name, in state calls and statements", async (t) => {
  // One of our own, since its statistics are of all who use it.
  const server = await startRedis();
  const { url } = server;
  const statements: string[] = [];
  const run = await startProduct(t, { env: { REDIS_URL: url }, worker: false, onQuery: (sql) => void statements.push(sql) });
  const operator = new Redis(url);
  t.teardown(async () => {
    operator.disconnect();
    await server.stop();
  });
  const calls = async () => {
    const info = await operator.info("commandstats");
    return Number(/cmdstat_evalsha:calls=(\d+)/.exec(info)?.[1] ?? 0);
  };
  const seen: string[] = [];
  // The first two teach the server its scripts.
  const names = [
    "a@contoso.example",
    "b@contoso.example",
    run.person("henrik").userPrincipalName,
    "nobody@contoso.example",
    "x@else.example",
  ];
  for (const name of names) {
    statements.length = 0;
    const before = await calls();
    const { status, text } = await signIn(run, name, "wrong");
    seen.push(JSON.stringify([status, text.replace(/"instance":"[^"]*"/, ""), statements, (await calls()) - before]));
  }
  t.equal(new Set(seen.slice(2)).size, 1, seen.slice(2).join("\n"));
});

t.test("what rests in Redis of a wrong password is no hash that could be tried offline", async (t) => {
  const url = await freshRedis(t);
  const run = await startProduct(t, { env: { REDIS_URL: url }, worker: false });
  for (const name of [run.person("henrik").userPrincipalName, run.person("signe").userPrincipalName])
    await signIn(run, name, "nearly the right one");
  const redis = new Redis(url);
  t.teardown(() => redis.disconnect());
  const keys = await redis.keys("lockout:*");
  const states = await Promise.all(keys.map(async (key) => JSON.parse((await redis.get(key)) ?? "")));
  t.equal(states.length, 2);
  t.not(states[0].tags[0], states[1].tags[0], "the same password of two people looks different");
  t.notMatch(JSON.stringify([keys, states]), /nearly|henrik|signe/);
});
