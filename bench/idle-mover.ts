// What it costs to look for recorded steps four times a second when there are none, on one Redis and on a cluster of three masters:
//   node --import=tsx bench/idle-mover.ts
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { startRedis } from "../scripts/servers/redis.mjs";
import { startRedisCluster } from "../scripts/servers/redis-cluster.mjs";
import { connectRedis } from "../src/compose/connect.redis.ts";
import { readRedisUrl } from "../src/compose/redis-address.ts";
import { createRedisResetStore } from "../src/resets/reset-store.redis.ts";

const TURNS = 400;
/** Ten times as often as the worker looks, so that it is over sooner. */
const PAUSE_MS = 25;
const TURNS_A_SECOND = 4;
const TICK_US = 10_000;

async function measure(name: string, url: string, pids: readonly number[]): Promise<void> {
  const reading = readRedisUrl(url);
  if ("mistakes" in reading) throw new Error(reading.mistakes.join("; "));
  const connection = connectRedis(reading.address, (error) => console.error(error.message));
  await connection.tried;
  const store = createRedisResetStore(connection.client);
  const idle = await spent(pids, async () => undefined);
  const looking = await spent(pids, () => store.events(200));
  const share = (us: number) => `${Math.round(us)} µs a turn, ${((us * TURNS_A_SECOND) / 1e4).toFixed(2)} % of a processor`;
  console.log(`${name}: worker ${share(looking.worker - idle.worker)}; Redis ${share(looking.redis - idle.redis)}`);
  await connection.close();
}

/** Processor time of a turn, in microseconds. */
async function spent(pids: readonly number[], turn: () => Promise<unknown>): Promise<{ worker: number; redis: number }> {
  for (let warm = 0; warm < 50; warm += 1) await turn();
  const [before, ticks] = [process.cpuUsage(), ticksOf(pids)];
  for (let done = 0; done < TURNS; done += 1) {
    await turn();
    await pause(PAUSE_MS);
  }
  const { user, system } = process.cpuUsage(before);
  return { worker: (user + system) / TURNS, redis: ((ticksOf(pids) - ticks) * TICK_US) / TURNS };
}

function ticksOf(pids: readonly number[]): number {
  const fields = pids.map((pid) => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? []);
  return fields.reduce((sum, of) => sum + Number(of[11]) + Number(of[12]), 0);
}

const redis = await startRedis();
await measure("one Redis", redis.url, [redis.pid]);
await redis.stop();
const cluster = await startRedisCluster();
await measure(
  "a cluster of three masters",
  cluster.url,
  [...cluster.masters, ...cluster.replicas].map(({ pid }) => pid),
);
await cluster.stop();
