import t, { type Test } from "tap";
import { HOUR, MINUTE, SECOND } from "../../src/kit/clock.ts";
import { createMemoryThrottleStore } from "../../src/throttle/throttle-store.memory.ts";
import { createRedisThrottleStore } from "../../src/throttle/throttle-store.redis.ts";
import type { ThrottleStore } from "../../src/throttle/throttle-store.ts";
import { redisDatabase } from "../builders/redis-database.ts";
import { INSTALLATIONS, redisInstallation } from "../builders/redis-installation.ts";
import { T0 } from "../builders/reset-flow.ts";

type Nodes = readonly [ThrottleStore, ThrottleStore, ThrottleStore];

const TWO_WINDOWS = [
  { limit: 3, windowMs: MINUTE },
  { limit: 5, windowMs: HOUR },
];

function suite(t: Test, nodes: () => Promise<Nodes>): void {
  t.test("each call counts into every window, whose end the first one fixes", async (t) => {
    const [store] = await nodes();
    t.strictSame(await store.take("key", TWO_WINDOWS, T0), [
      { count: 1, until: T0 + MINUTE },
      { count: 1, until: T0 + HOUR },
    ]);
    t.strictSame(await store.take("key", TWO_WINDOWS, T0 + MINUTE - 1), [
      { count: 2, until: T0 + MINUTE },
      { count: 2, until: T0 + HOUR },
    ]);
    t.strictSame(
      await store.take("key", TWO_WINDOWS, T0 + MINUTE),
      [
        { count: 1, until: T0 + 2 * MINUTE },
        { count: 3, until: T0 + HOUR },
      ],
      "the short window starts anew by our clock, the long one goes on",
    );
    t.strictSame(await store.take("key", TWO_WINDOWS, T0 + HOUR), [
      { count: 1, until: T0 + HOUR + MINUTE },
      { count: 1, until: T0 + 2 * HOUR },
    ]);
  });

  t.test("counting goes on over the limit: comparing is the caller's", async (t) => {
    const [store] = await nodes();
    for (let calls = 0; calls < 9; calls += 1) await store.take("key", TWO_WINDOWS, T0);
    t.strictSame(
      (await store.take("key", TWO_WINDOWS, T0)).map(({ count }) => count),
      [10, 10],
    );
  });

  t.test("what was used once is known to be used, until its end or until it is forgotten", async (t) => {
    const [store, other] = await nodes();
    t.equal(await store.used("once", T0), false);
    await store.once("once", T0 + MINUTE, T0);
    t.same(await Promise.all([store.used("once", T0), other.used("once", T0 + MINUTE - 1)]), [true, true]);
    t.equal(await store.used("once", T0 + MINUTE), false);
    await store.again("once");
    t.equal(await other.used("once", T0), false);
  });

  t.test("one call given back is as if it had not been, and there is never less than none", async (t) => {
    const [store] = await nodes();
    for (let calls = 0; calls < 3; calls += 1) await store.take("key", TWO_WINDOWS, T0);
    await store.giveBack("key");
    await store.giveBack("never");
    t.strictSame(await store.take("key", TWO_WINDOWS, T0 + SECOND), [
      { count: 3, until: T0 + MINUTE },
      { count: 3, until: T0 + HOUR },
    ]);
    for (let calls = 0; calls < 9; calls += 1) await store.giveBack("key");
    t.strictSame(
      (await store.take("key", TWO_WINDOWS, T0)).map(({ count }) => count),
      [1, 1],
    );
  });

  t.test("keys are apart, and a cleared one starts anew", async (t) => {
    const [store] = await nodes();
    const limits = [{ limit: 3, windowMs: MINUTE }];
    for (const key of ["a", "a", "b", "b", "c"]) await store.take(key, limits, T0);
    await store.clear(["a", "c", "never"]);
    await store.clear([]);
    const counts = await Promise.all(["a", "b", "c"].map((key) => store.take(key, limits, T0 + SECOND)));
    t.strictSame(counts, [
      [{ count: 1, until: T0 + SECOND + MINUTE }],
      [{ count: 3, until: T0 + MINUTE }],
      [{ count: 1, until: T0 + SECOND + MINUTE }],
    ]);
  });

  t.test("a limit that gets another window keeps what it counted", async (t) => {
    const [store] = await nodes();
    const [short, long] = TWO_WINDOWS as [(typeof TWO_WINDOWS)[0], (typeof TWO_WINDOWS)[0]];
    await store.take("key", [short], T0);
    t.strictSame(
      (await store.take("key", [short, long], T0)).map(({ count }) => count),
      [2, 1],
    );
    t.strictSame(
      (await store.take("key", [short], T0)).map(({ count }) => count),
      [3],
    );
  });

  t.test("what comes out is a copy", async (t) => {
    const [store] = await nodes();
    const windows = await store.take("key", TWO_WINDOWS, T0);
    windows[0] = { count: -100, until: T0 };
    t.strictSame(
      (await store.take("key", TWO_WINDOWS, T0)).map(({ count }) => count),
      [2, 2],
    );
  });

  t.test("100 parallel calls are counted exactly", async (t) => {
    const all = await nodes();
    const limits = [{ limit: 40, windowMs: MINUTE }];
    const taken = await Promise.all(Array.from({ length: 100 }, (_, call) => (all[call % 3] ?? all[0]).take("key", limits, T0)));
    const counts = taken.map(([window]) => window?.count ?? 0).sort((a, b) => a - b);
    t.strictSame(
      counts,
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
  });

  t.test("once, until its time ends by our clock", async (t) => {
    const [store] = await nodes();
    t.equal(await store.once("work", T0 + MINUTE, T0), true);
    t.equal(await store.once("work", T0 + MINUTE, T0), false);
    t.equal(await store.once("work", T0 + HOUR, T0 + MINUTE - 1), false, "asking again does not make it longer");
    t.equal(await store.once("other", T0 + MINUTE, T0), true);
    t.equal(await store.once("work", T0 + 2 * MINUTE, T0 + MINUTE), true, "it has ended");
    t.equal(await store.once("work", T0 + 2 * MINUTE, T0 + 2 * MINUTE - 1), false);
  });

  t.test("once by somebody: again for the same one, for nobody else, until its time ends", async (t) => {
    const [store, other] = await nodes();
    t.equal(await store.once("note", T0 + MINUTE, T0, "first"), true);
    t.equal(await other.once("note", T0 + HOUR, T0 + SECOND, "first"), true, "it goes on with what it began");
    t.equal(await other.once("note", T0 + MINUTE, T0, "second"), false);
    t.equal(await other.once("note", T0 + MINUTE, T0), false);
    t.same([await other.used("note", T0 + MINUTE - 1), await other.used("note", T0 + MINUTE)], [true, false], "it is not made longer");
    t.equal(await store.once("note", T0 + HOUR, T0 + MINUTE, "second"), true);
    t.equal(await store.once("note", T0 + HOUR, T0 + MINUTE, "first"), false);
    await store.once("nobody's", T0 + MINUTE, T0);
    t.equal(await store.once("nobody's", T0 + MINUTE, T0, "first"), false);
  });

  t.test("what ended before it began is remembered for no time", async (t) => {
    const [store] = await nodes();
    t.equal(await store.once("late", T0, T0), true);
    t.equal(await store.once("late", T0, T0), true);
  });

  t.test("again forgets what was done once, and nothing else", async (t) => {
    const [store] = await nodes();
    await store.once("notice", T0 + MINUTE, T0);
    await store.once("other", T0 + MINUTE, T0);
    await store.again("notice");
    await store.again("never");
    t.equal(await store.once("notice", T0 + MINUTE, T0), true);
    t.equal(await store.once("other", T0 + MINUTE, T0), false);
  });

  t.test("counters and what is done once do not meet under one key", async (t) => {
    const [store] = await nodes();
    await store.take("key", TWO_WINDOWS, T0);
    t.equal(await store.once("key", T0 + MINUTE, T0), true);
    await store.clear(["key"]);
    t.equal(await store.once("key", T0 + MINUTE, T0), false);
    await store.again("key");
    t.strictSame(
      (await store.take("key", TWO_WINDOWS, T0)).map(({ count }) => count),
      [1, 1],
    );
  });

  t.test("of 64 parallel calls one is the first", async (t) => {
    const all = await nodes();
    const answers = await Promise.all(Array.from({ length: 64 }, (_, call) => (all[call % 3] ?? all[0]).once("work", T0 + MINUTE, T0)));
    t.equal(answers.filter(Boolean).length, 1);
  });
}

t.test("memory", async (t) => {
  suite(t, async () => {
    const store = createMemoryThrottleStore();
    return [store, store, store];
  });

  t.test("what has ended is swept, what has not is kept", async (t) => {
    const store = createMemoryThrottleStore();
    const limits = [{ limit: 3, windowMs: MINUTE }];
    await store.take("kept", limits, T0);
    await store.once("kept", T0 + MINUTE, T0);
    for (let call = 0; call < 2_500; call += 1) await store.take(`passing-${call}`, [{ limit: 1, windowMs: 1 }], T0 + call);
    t.strictSame(await store.take("kept", limits, T0 + 1), [{ count: 2, until: T0 + MINUTE }]);
    t.equal(await store.once("kept", T0 + MINUTE, T0 + 1), false);
  });
});

t.test("redis", async (t) => {
  const database = await redisDatabase(t);
  const redis = database.connect();
  const nodes: Nodes = [
    createRedisThrottleStore(redis),
    createRedisThrottleStore(database.connect()),
    createRedisThrottleStore(database.connect()),
  ];
  suite(t, async () => {
    await database.empty();
    return nodes;
  });

  t.test("nothing stays for ever", async (t) => {
    await database.empty();
    const [store] = nodes;
    await store.take("key", TWO_WINDOWS, T0);
    await store.once("key", T0 + MINUTE, T0);
    const lives = await Promise.all((await redis.keys("*")).map((key) => redis.pttl(key)));
    t.equal(lives.length, 2);
    for (const life of lives) t.ok(life > 0 && life <= HOUR, `${life} ms`);
  });
});

for (const kind of INSTALLATIONS) {
  t.test(kind, async (t) => {
    const installation = await redisInstallation(t, kind);
    const node = async () => createRedisThrottleStore(await installation.connect());
    const nodes: Nodes = [await node(), await node(), await node()];
    suite(t, async () => {
      await installation.empty();
      return nodes;
    });
  });
}
