import type { TestNode } from "./spawned.d.mts";

export interface ClusterServers {
  /** For REDIS_URL: the masters. */
  readonly url: string;
  /** As they were at the start; the replica of each stands in the same place. */
  readonly masters: readonly TestNode[];
  readonly replicas: readonly TestNode[];
  stop(): Promise<void>;
}

/** A Redis Cluster of three masters with a replica each, that writes nothing to disk. */
export function startRedisCluster(): Promise<ClusterServers>;
