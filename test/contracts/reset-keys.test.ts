import t from "tap";
import { DAY, HOUR } from "../../src/kit/clock.ts";
import { createRedisResetStore } from "../../src/resets/reset-store.redis.ts";
import { redisDatabase } from "../builders/redis-database.ts";
import { accountNumber, addressOf, FLOW_LIFE, flowOf } from "../builders/reset-flow.ts";
import { newStepId, walkOn } from "../builders/reset-walk.ts";

t.test("the keys of one account share a hash tag, and all but the events end by themselves", async (t) => {
  const database = await redisDatabase(t);
  const redis = database.connect();
  const walk = walkOn(createRedisResetStore(redis));
  const flow = await walk.opened(flowOf(accountNumber(9)));
  const lives = async () => {
    const keys = (await redis.keys("*")).sort();
    return Object.fromEntries(await Promise.all(keys.map(async (key) => [key, await redis.pttl(key)] as const)));
  };
  const [account, events, kept] = [`{b09}:account:${flow.account}`, "{b09}:events", `{b09}:flow:${flow.id}`];
  const steps = [
    () => walk.challenged(flow, "email"),
    () => walk.verify(flow, "another", "no"),
    () => walk.claim(flow, "claim"),
    () => walk.release(flow, "claim"),
    () => walk.read(flow),
  ];
  for (const step of steps) {
    await step();
    const { [account]: ofAccount = 0, [events]: ofEvents, [kept]: ofFlow = 0, ...others } = await lives();
    t.strictSame(others, {});
    t.ok(ofFlow > 0 && ofFlow <= FLOW_LIFE, `the flow: ${ofFlow} ms`);
    t.ok(ofAccount > DAY && ofAccount <= DAY + HOUR, `the account, longer than its longest window: ${ofAccount} ms`);
    t.equal(ofEvents, -1, "events stay until they are moved");
  }
  await walk.finish(flow);
  t.strictSame(Object.keys(await lives()), [account, events]);
  await walk.store.forget((await walk.store.events(100)).map(({ receipt }) => receipt));
  t.equal(await redis.xlen(events), 0);
});

t.test("every step is one call to Redis (design §3)", async (t) => {
  const database = await redisDatabase(t);
  const redis = database.connect();
  let calls = 0;
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, stream) => {
    calls += 1;
    return send(command, stream);
  };
  const walk = walkOn(createRedisResetStore(redis));
  // The first call teaches Redis the scripts.
  const flow = await walk.opened(flowOf(accountNumber(9)));
  await walk.store.void(addressOf(flowOf(accountNumber(9))), { account: flow.account, eventId: "none", sources: "strange" });
  const other = flowOf(accountNumber(9));
  const eventId = newStepId("event");
  const steps: Record<string, () => Promise<unknown>> = {
    open: () => walk.open(other, { eventId }),
    void: () => walk.store.void(addressOf(other), { account: other.account, eventId, sources: "strange" }),
    challenge: () => walk.challenge(flow, "email", { challengeId: "c" }),
    "wrong code": () => walk.verify(flow, "c", "no"),
    "right code": () => walk.verify(flow, "c", "yes"),
    prove: () => walk.prove(flow, "c"),
    read: () => walk.read(flow),
    peek: () => walk.peek(flow),
    claim: () => walk.claim(flow, "claim"),
    release: () => walk.release(flow, "claim"),
    finish: () => walk.finish(flow),
    "a flow that is gone": () => walk.verify(flow, "c", "yes"),
  };
  for (const [name, step] of Object.entries(steps)) {
    calls = 0;
    await step();
    t.equal(calls, 1, name);
  }
});
