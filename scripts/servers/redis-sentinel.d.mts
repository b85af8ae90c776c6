import type { TestNode } from "./spawned.d.mts";

export interface SentinelServers {
  /** For REDIS_URL. */
  readonly url: string;
  readonly masterName: string;
  /** As they were at the start. */
  readonly master: TestNode;
  readonly replicas: readonly TestNode[];
  readonly sentinels: readonly TestNode[];
  stop(): Promise<void>;
}

/** A master with two replicas, watched by three Sentinels, that writes nothing to disk. */
export function startRedisSentinel(): Promise<SentinelServers>;
