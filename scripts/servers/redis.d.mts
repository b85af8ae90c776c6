import type { TestNode, TestServer } from "./spawned.d.mts";

/**
 * A Redis of our own, that writes nothing to disk. @param options.args further ones of redis-server
 * @param options.port that of one that was stopped, to bring it back
 */
export function startRedis(options?: { readonly args?: readonly string[]; readonly port?: number }): Promise<TestServer>;

export interface RedisNode {
  /** What an error calls it. */
  readonly name: string;
  readonly port: number;
  readonly args: readonly string[];
  /** Lines of a configuration file, which a Sentinel needs to write into. */
  readonly settings?: string;
}

/** One server of an installation, on this loopback port. */
export function startRedisNode(node: RedisNode): Promise<TestNode>;
