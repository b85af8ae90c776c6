import { Redis } from "ioredis";
import t, { type Test } from "tap";
import { startRedis } from "../../scripts/servers/redis.mjs";
import { startRedisCluster } from "../../scripts/servers/redis-cluster.mjs";
import { composeState, type State } from "../../src/compose/state.ts";
import { MINUTE } from "../../src/kit/clock.ts";
import { Secret } from "../../src/kit/secret.ts";
import { T0 } from "../builders/reset-flow.ts";
import { until } from "../journeys/product.ts";

const LIMITS = [{ limit: 9, windowMs: MINUTE }];
const UNAVAILABLE = { code: "unavailable", status: 503, retryAfter: 5 };

function stateAt(t: Test, url: string, complaints: string[] = []): State {
  const state = composeState(new Secret(url), ({ message }) => complaints.push(message));
  t.teardown(() => state.close());
  return state;
}

t.test("the first call waits for the first connection", async (t) => {
  const redis = await startRedis();
  t.teardown(() => redis.stop());
  const state = stateAt(t, redis.url);
  t.equal((await state.throttle.take("key", LIMITS, T0))[0]?.count, 1);
  await state.ping();
});

t.test("a server that is a replica cannot serve, though it answers PING", async (t) => {
  const master = await startRedis();
  t.teardown(() => master.stop());
  const replica = await startRedis({ args: ["--replicaof", `127.0.0.1 ${master.port}`] });
  t.teardown(() => replica.stop());
  const state = stateAt(t, replica.url);
  await t.rejects(state.ping(), UNAVAILABLE);
  await t.rejects(state.throttle.take("key", LIMITS, T0), UNAVAILABLE);
});

t.test("a fault of ours is none of Redis's", async (t) => {
  const redis = await startRedis();
  t.teardown(() => redis.stop());
  const state = stateAt(t, redis.url);
  const operator = new Redis(redis.url);
  t.teardown(() => operator.disconnect());
  await operator.rpush("throttle:key", "not a counter");
  await t.rejects(state.throttle.take("key", LIMITS, T0), { name: "ReplyError", message: /WRONGTYPE/ });
});

t.test("a Redis that may evict counters is complained of", async (t) => {
  const redis = await startRedis({ args: ["--maxmemory-policy", "allkeys-lru"] });
  t.teardown(() => redis.stop());
  const complaints: string[] = [];
  await stateAt(t, redis.url, complaints).ping();
  await until(async () => complaints.length > 0);
  t.match(complaints, [/maxmemory-policy allkeys-lru: it must be noeviction/]);
});

t.test("a cluster of which a part is served by nobody cannot serve", async (t) => {
  const cluster = await startRedisCluster();
  t.teardown(() => cluster.stop());
  const state = stateAt(t, cluster.url);
  await state.ping();
  await Promise.all([cluster.masters[2]?.stop(), cluster.replicas[2]?.stop()]);
  await t.rejects(state.ping(), UNAVAILABLE, "at once, before the other nodes have noticed");
  await t.rejects(state.resets.events(10), UNAVAILABLE);
  // By then the others serve nothing either: a part of the limits is worse than none.
  await until(async () =>
    state.throttle.take("key", LIMITS, T0).then(
      () => false,
      () => true,
    ),
  );
  await t.rejects(state.ping(), UNAVAILABLE);
});
