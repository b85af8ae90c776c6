import { Cluster } from "ioredis";
import { SECOND } from "../kit/clock.ts";
import { bucketsByNode } from "../resets/event-streams.redis.ts";
import type { RedisClient } from "./connect.redis.ts";

const running = new WeakMap<RedisClient, Promise<void>>();

/**
 * Rejects when a step would fail somewhere. A write, since a server that is full, or a replica, answers PING as well; to every node of a
 * cluster, since what one node believes of the others is seconds old. Whoever asks meanwhile gets the same answer: it is asked by anybody.
 */
export function pingRedis(client: RedisClient): Promise<void> {
  const known = running.get(client);
  if (known !== undefined) return known;
  const answer = write(client).finally(() => running.delete(client));
  running.set(client, answer);
  return answer;
}

async function write(client: RedisClient): Promise<void> {
  const keys = bucketsByNode(client).map(([bucket]) => `{${bucket}}:ready`);
  await Promise.all([...keys.map((key) => client.set(key, "1", "PX", SECOND)), ...(client instanceof Cluster ? [everySlot(client)] : [])]);
}

/** Counters lie in all slots, not in those of the buckets alone. */
async function everySlot(cluster: Cluster): Promise<void> {
  const about = await cluster.cluster("INFO");
  if (!/cluster_state:ok/.test(about) || !/cluster_slots_ok:16384/.test(about))
    throw new Error("CLUSTERDOWN some slots are served by nobody");
}
