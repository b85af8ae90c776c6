import { Cluster, type Redis } from "ioredis";
import t from "tap";
import { startRedis } from "../../scripts/servers/redis.mjs";
import { startRedisCluster } from "../../scripts/servers/redis-cluster.mjs";
import { startRedisSentinel } from "../../scripts/servers/redis-sentinel.mjs";
import type { RedisClient } from "../../src/compose/connect.redis.ts";
import { MINUTE } from "../../src/kit/clock.ts";
import { createRedisResetStore } from "../../src/resets/reset-store.redis.ts";
import { createRedisCredentialVersions } from "../../src/sign-in/credential-versions.redis.ts";
import { createRedisThrottleStore } from "../../src/throttle/throttle-store.redis.ts";
import { connectTo } from "../builders/redis-installation.ts";
import { accountNumber, flowOf, T0 } from "../builders/reset-flow.ts";
import { walkOn } from "../builders/reset-walk.ts";
import { until } from "../journeys/product.ts";

interface Running {
  readonly url: string;
  /** The processes that take writes. */
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

const KINDS: Record<string, () => Promise<Running>> = {
  redis: async () => {
    const redis = await startRedis();
    return { ...redis, pids: [redis.pid] };
  },
  "redis-sentinel": async () => {
    const servers = await startRedisSentinel();
    return { ...servers, pids: [servers.master.pid] };
  },
  "redis-cluster": async () => {
    const servers = await startRedisCluster();
    return { ...servers, pids: servers.masters.map(({ pid }) => pid) };
  },
};

const LIMITS = [{ limit: 9, windowMs: MINUTE }];

for (const [kind, start] of Object.entries(KINDS)) {
  t.test(kind, async (t) => {
    const servers = await start();
    t.teardown(() => servers.stop());
    const client = await connectTo(t, servers.url);
    const throttle = createRedisThrottleStore(client);
    const counted = async () => (await throttle.take("key", LIMITS, T0))[0]?.count;

    await t.test("a call whose answer was lost is not made again", async (t) => {
      t.equal(await counted(), 1);
      const lost = await whileStopped(servers.pids, async () => {
        const answer = counted().then(
          () => "an answer",
          () => "none",
        );
        for (const { stream } of mastersOf(client)) stream.destroy();
        return await answer;
      });
      t.equal(lost, "none");
      await answering(client, servers.pids.length);
      t.equal(await counted(), 3, "it was carried out, once");
    });

    await t.test("scripts that the servers forgot are given to them again", async (t) => {
      const walk = walkOn(createRedisResetStore(client));
      const versions = createRedisCredentialVersions(client);
      const flow = await walk.opened(flowOf(accountNumber(1)));
      await versions.raise("user", 2);
      await Promise.all(mastersOf(client).map((master) => master.script("FLUSH")));
      t.match(await walk.read(flow), { outcome: "found" });
      t.equal(await counted(), 4);
      await versions.raise("user", 1);
      t.equal(await versions.read("user"), 2);
    });

    await t.test("whatever tells the client to give up, it comes back", async () => {
      client.disconnect();
      await answering(client, servers.pids.length);
    });

    await t.test("what is asked while they are away is refused at once, not kept until they are back", async (t) => {
      await servers.stop();
      await until(async () => client.status !== "ready");
      let refused = 0;
      for (let call = 0; call < 20; call += 1) counted().catch(() => (refused += 1));
      await new Promise((resolve) => setImmediate(resolve));
      t.equal(refused, 20);
    });
  });
}

/** Stopped for a moment, shorter than anybody takes to call them dead. */
async function whileStopped<Result>(pids: readonly number[], work: () => Promise<Result>): Promise<Result> {
  for (const pid of pids) process.kill(pid, "SIGSTOP");
  try {
    return await work();
  } finally {
    for (const pid of pids) process.kill(pid, "SIGCONT");
  }
}

async function answering(client: RedisClient, masters: number): Promise<void> {
  await until(async () => (await client.get("nothing").catch(() => "away")) === null);
  // Nodes of a cluster that were lost are forgotten, then found and connected anew, one by one.
  await until(async () => mastersOf(client).length === masters && connectionsOf(client).every(({ status }) => status === "ready"));
}

function connectionsOf(client: RedisClient): Redis[] {
  return client instanceof Cluster ? client.nodes() : [client];
}

function mastersOf(client: RedisClient): Redis[] {
  return client instanceof Cluster ? client.nodes("master") : [client];
}
