import { Cluster } from "ioredis";
import type { RedisClient } from "./connect.redis.ts";

/**
 * Complains where Redis may throw away what it has no place for: a counter that it evicts is a limit that begins anew. Whoever may not look
 * is not told.
 */
export async function complainOfEviction(client: RedisClient, complain: (error: Error) => void): Promise<void> {
  const nodes = client instanceof Cluster ? client.nodes("master") : [client];
  const about = await Promise.all(nodes.map((node) => node.info("memory").catch(() => "")));
  const policies = new Set(about.map((text) => /^maxmemory_policy:(\S+)/m.exec(text)?.[1] ?? "noeviction"));
  policies.delete("noeviction");
  if (policies.size > 0)
    complain(new Error(`Redis has maxmemory-policy ${[...policies].join(", ")}: it must be noeviction, or it may forget what it counted`));
}
