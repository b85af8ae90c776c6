import type { TestServer } from "./spawned.d.mts";

/** A Redis of our own, that writes nothing to disk. @param options.args further ones of redis-server */
export function startRedis(options?: { readonly args?: readonly string[] }): Promise<TestServer>;
