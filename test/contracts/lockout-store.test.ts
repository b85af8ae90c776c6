import t, { type Test } from "tap";
import { DAY, HOUR, MINUTE } from "../../src/kit/clock.ts";
import { createMemoryLockoutStore } from "../../src/sign-in/lockout-store.memory.ts";
import { createRedisLockoutStore } from "../../src/sign-in/lockout-store.redis.ts";
import type { LockoutRules, LockoutStore } from "../../src/sign-in/lockout-store.ts";
import { redisDatabase } from "../builders/redis-database.ts";
import { INSTALLATIONS, redisInstallation } from "../builders/redis-installation.ts";
import { T0 } from "../builders/reset-flow.ts";

type Nodes = readonly [LockoutStore, LockoutStore];

const RULES: LockoutRules = { failuresAllowed: 3, firstLockMs: MINUTE, longestLockMs: HOUR, rememberMs: DAY };
const OPEN = { outcome: "open" };
const locked = (until: number) => ({ outcome: "locked", until });

function suite(t: Test, nodes: () => Promise<Nodes>): void {
  t.test("so many guesses are let through, then none for a minute, and none is counted in it", async (t) => {
    const [here, there] = await nodes();
    t.strictSame(await here.admit("key", "a", RULES, T0), OPEN);
    t.strictSame(await there.admit("key", "b", RULES, T0), OPEN);
    t.strictSame(await here.admit("key", "c", RULES, T0 + 1), OPEN, "the last one is compared");
    t.strictSame(await there.admit("key", "d", RULES, T0 + 2), locked(T0 + 1 + MINUTE));
    t.strictSame(await here.admit("key", "e", RULES, T0 + MINUTE), locked(T0 + 1 + MINUTE));
    t.strictSame(await here.admit("other", "a", RULES, T0), OPEN, "of nobody else");
  });

  t.test("after a lock each guess locks again, twice as long, up to the longest", async (t) => {
    const [here, there] = await nodes();
    for (const tag of ["a", "b"]) await here.admit("key", tag, RULES, T0);
    let now = T0;
    for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
      t.strictSame(await here.admit("key", `guess ${now}`, RULES, now), OPEN);
      t.strictSame(await there.admit("key", "more", RULES, now), locked(now + minutes * MINUTE), `${minutes} minutes`);
      now += minutes * MINUTE;
    }
  });

  t.test("a password that was wrong counts once", async (t) => {
    const [here, there] = await nodes();
    for (let turn = 0; turn < 9; turn += 1) {
      t.strictSame(await here.admit("key", "old", RULES, T0), OPEN);
      await there.remember("key", "old", RULES, T0);
    }
    t.strictSame(await here.admit("key", "b", RULES, T0), OPEN);
    t.strictSame(await here.admit("key", "c", RULES, T0), OPEN);
    t.strictSame(await here.admit("key", "old", RULES, T0), locked(T0 + MINUTE), "but not through a lock");
    t.strictSame(await there.admit("key", "old", RULES, T0 + MINUTE), OPEN);
    t.strictSame(await there.admit("key", "old", RULES, T0 + MINUTE), OPEN, "and does not lock again");
  });

  t.test("one that was let through is no known wrong one yet: the right one may be on its way", async (t) => {
    const [here] = await nodes();
    for (let turn = 0; turn < 3; turn += 1) await here.admit("key", "a", RULES, T0);
    t.strictSame(await here.admit("key", "a", RULES, T0), locked(T0 + MINUTE));
  });

  t.test("the last three are known", async (t) => {
    const [here, there] = await nodes();
    for (const tag of ["a", "b", "c", "b", "d"]) await here.remember("key", tag, RULES, T0);
    for (const tag of ["b", "c", "d", "b", "c", "d"]) t.strictSame(await there.admit("key", tag, RULES, T0), OPEN, tag);
    for (let turn = 0; turn < 3; turn += 1) t.strictSame(await there.admit("key", "a", RULES, T0), OPEN, "a counts again");
    t.match(await there.admit("key", "b", RULES, T0), { outcome: "locked" });
  });

  t.test("cleared, nothing is counted and nothing is known", async (t) => {
    const [here, there] = await nodes();
    for (const tag of ["a", "b", "c"]) await here.admit("key", tag, RULES, T0);
    await here.remember("key", "a", RULES, T0);
    await there.clear(["other", "key"]);
    for (const tag of ["a", "a", "a"]) t.strictSame(await here.admit("key", tag, RULES, T0), OPEN);
    t.match(await here.admit("key", "a", RULES, T0), { outcome: "locked" });
    await here.clear([]);
  });

  t.test("a guess that was not compared is taken back, with the lock that it brought", async (t) => {
    const [here, there] = await nodes();
    for (let turn = 0; turn < 9; turn += 1) {
      t.strictSame(await here.admit("key", `guess ${turn}`, RULES, T0), OPEN);
      await there.takeBack("key", `guess ${turn}`, T0);
    }
    for (const tag of ["a", "b", "c"]) t.strictSame(await here.admit("key", tag, RULES, T0), OPEN);
    await there.takeBack("key", "c", T0);
    t.strictSame(await here.admit("key", "d", RULES, T0), OPEN, "the last of three");
    t.strictSame(await here.admit("key", "e", RULES, T0), locked(T0 + MINUTE));
    await there.takeBack("nobody", "a", T0);
    t.strictSame(await here.admit("nobody", "a", RULES, T0), OPEN);
  });

  t.test("what was wrong before was not counted, so nothing of it is taken back", async (t) => {
    const [here, there] = await nodes();
    await here.admit("key", "old", RULES, T0);
    await here.remember("key", "old", RULES, T0);
    await here.admit("key", "old", RULES, T0);
    await there.takeBack("key", "old", T0);
    for (const tag of ["b", "c"]) t.strictSame(await here.admit("key", tag, RULES, T0), OPEN);
    t.strictSame(await here.admit("key", "d", RULES, T0), locked(T0 + MINUTE));
  });

  t.test("forgotten a day after the last guess", async (t) => {
    const [here, there] = await nodes();
    await here.admit("key", "a", RULES, T0);
    await here.admit("key", "b", RULES, T0 + HOUR);
    await here.remember("key", "b", RULES, T0 + HOUR);
    t.strictSame(await there.admit("key", "c", RULES, T0 + HOUR + DAY - 1), OPEN);
    t.match(await there.admit("key", "d", RULES, T0 + HOUR + DAY - 1), { outcome: "locked" }, "not before");
    for (const tag of ["a", "b"]) await here.admit("second", tag, RULES, T0);
    for (const tag of ["a", "b"]) t.strictSame(await there.admit("second", tag, RULES, T0 + DAY), OPEN);
    t.strictSame(await there.admit("second", "c", RULES, T0 + DAY), OPEN, "counted from the beginning");
  });

  t.test("of many at once no more are let through than the rules allow", async (t) => {
    const [here, there] = await nodes();
    const tries = Array.from({ length: 64 }, (_, index) => (index % 2 === 0 ? here : there).admit("key", `guess ${index}`, RULES, T0));
    const open = (await Promise.all(tries)).filter(({ outcome }) => outcome === "open");
    t.equal(open.length, 3);
  });
}

t.test("memory", async (t) => {
  suite(t, async () => {
    const store = createMemoryLockoutStore();
    return [store, store];
  });

  t.test("what is forgotten is swept away, what counts is not", async (t) => {
    const store = createMemoryLockoutStore();
    const short = { ...RULES, rememberMs: 1 };
    for (const tag of ["a", "b"]) await store.admit("kept", tag, RULES, T0);
    for (let call = 0; call < 2_500; call += 1) await store.admit(`passing-${call}`, "a", short, T0 + call);
    await store.admit("kept", "c", RULES, T0 + 3_000);
    t.match(await store.admit("kept", "d", RULES, T0 + 3_000), { outcome: "locked" });
  });
});

t.test("redis", async (t) => {
  const database = await redisDatabase(t);
  const redis = database.connect();
  const nodes: Nodes = [createRedisLockoutStore(redis), createRedisLockoutStore(database.connect())];
  suite(t, async () => {
    await database.empty();
    return nodes;
  });

  t.test("nothing stays for ever", async (t) => {
    await database.empty();
    await nodes[0].admit("admitted", "a", RULES, T0);
    await nodes[0].remember("remembered", "a", RULES, T0);
    const lives = await Promise.all((await redis.keys("*")).map((key) => redis.pttl(key)));
    t.equal(lives.length, 2);
    for (const life of lives) t.ok(life > 0 && life <= DAY, `${life} ms`);
  });
});

for (const kind of INSTALLATIONS) {
  t.test(kind, async (t) => {
    const installation = await redisInstallation(t, kind);
    const nodes: Nodes = [createRedisLockoutStore(await installation.connect()), createRedisLockoutStore(await installation.connect())];
    suite(t, async () => {
      await installation.empty();
      return nodes;
    });
  });
}
