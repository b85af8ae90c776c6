import { Cluster } from "ioredis";
import { SECOND } from "../kit/clock.ts";
import { shareRun } from "../kit/shared-run.ts";
import { bucketsByNode } from "../resets/event-streams.redis.ts";
import type { RedisClient } from "./connect.redis.ts";

/**
 * Rejects when a step would fail somewhere. A write, since a server that is full, or a replica, answers PING as well; to every node of a
 * cluster, since what one node believes of the others is seconds old. It is asked by anybody: callers at the same moment share one run.
 */
export function createPing(client: RedisClient): () => Promise<void> {
  return shareRun(() => write(client));
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
