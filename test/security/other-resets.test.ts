import { Redis } from "ioredis";
import t from "tap";
import { startProduct } from "../journeys/product.ts";
import { addressOf, challenge, codeIn, messageTo, onEachState, setPassword, signIn, startReset, verify } from "../journeys/reset-steps.ts";
import { userId } from "./another-person.ts";
import { count, password, provedReset, tally } from "./proved-reset.ts";

onEachState(t, "L02: of two proved resets of one person at once one completes", async (t, state) => {
  const run = await startProduct(t, { state });
  const resets = [await provedReset(run, "henrik"), await provedReset(run, "henrik")];
  const answers = await Promise.all(resets.map((reset, number) => setPassword(run, reset, password(number))));
  t.same(tally(answers), { "204": 1, "401 invalid-reset-token": 1 });
  await run.settled();
  t.equal(await count(run, "audit_events where type = 'reset.complete'"), 1);
});

onEachState(t, "L02: completing one reset ends all others of that person, whatever gates they passed", async (t, state) => {
  const run = await startProduct(t, { state });
  const person = run.person("henrik");
  const proved = await provedReset(run, "henrik");
  run.clock.turn(1);
  const waiting = await startReset(run, person.userPrincipalName);
  const asked = await challenge(run, waiting, "sms");
  const code = codeIn(await messageTo(run, addressOf(person, "mobilePhone")));
  const finishing = await provedReset(run, "henrik");
  const other = await startReset(run, run.person("odd").userPrincipalName);
  t.equal((await setPassword(run, finishing, password(1))).status, 204);
  const dead = [
    await setPassword(run, proved, password(2)),
    await verify(run, waiting, asked.json.challengeId, code),
    await challenge(run, waiting, "email"),
    await run.call("GET", `/v1/password-resets/${waiting.id}`, { token: waiting.token }),
    await run.call("DELETE", `/v1/password-resets/${proved.id}`, { token: proved.token }),
  ];
  t.same(tally(dead), { "401 invalid-reset-token": dead.length });
  t.equal((await challenge(run, other, "email")).status, 202, "somebody else's goes on");
  await run.settled();
  run.clock.turn(61_000);
  t.ok(await provedReset(run, "henrik"), "and a new one can be started");
});

t.test("A62 L02: a reset dies with another change of the password, also when the state store forgot", async (t) => {
  const run = await startProduct(t, { state: "redis" });
  const person = run.person("henrik");
  const [proved, finishing] = [await provedReset(run, "henrik"), await provedReset(run, "henrik")];
  t.equal((await setPassword(run, finishing, password(1))).status, 204);
  const redis = new Redis(run.config.redisUrl?.reveal() ?? "");
  t.teardown(() => redis.disconnect());
  const accounts = await redis.keys("{*}:account:*");
  t.ok(accounts.length > 0);
  for (const key of accounts) {
    const kept = JSON.parse((await redis.get(key)) ?? "{}");
    await redis.set(key, JSON.stringify({ ...kept, voidedAt: 0 }), "KEEPTTL");
  }
  t.equal((await setPassword(run, proved, password(2))).json.code, "invalid-reset-token");
  t.equal((await signIn(run, person.userPrincipalName, password(1))).status, 200);

  await run.settled();
  run.clock.turn(61_000);
  const late = await provedReset(run, "henrik");
  await run.connection.pool.query("update users set credential_version = credential_version + 1 where id = $1", [
    await userId(run, person.userPrincipalName),
  ]);
  t.equal((await setPassword(run, late, password(3))).json.code, "invalid-reset-token", "changed in another way");
});

onEachState(t, "B05 TH43: a hundred resets that a stranger starts leave the owner's alive", async (t, state) => {
  const run = await startProduct(t, { state });
  const person = run.person("henrik");
  const own = await startReset(run, person.userPrincipalName);
  const asked = await challenge(run, own, "email");
  const code = codeIn(await messageTo(run, addressOf(person, "email")));
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      const theirs = await startReset(run, person.userPrincipalName);
      await challenge(run, theirs, "email");
      await run.call("DELETE", `/v1/password-resets/${theirs.id}`, { token: theirs.token });
    }),
  );
  t.equal((await verify(run, own, asked.json.challengeId, code)).json.next, "password");
  t.equal((await setPassword(run, own, password(0))).status, 204);
});
