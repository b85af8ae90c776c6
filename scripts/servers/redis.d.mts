import type { TestServer } from "./spawned.d.mts";

/**
 * A Redis of our own, that writes nothing to disk. @param options.args further ones of redis-server
 * @param options.port that of one that was stopped, to bring it back
 */
export function startRedis(options?: { readonly args?: readonly string[]; readonly port?: number }): Promise<TestServer>;
