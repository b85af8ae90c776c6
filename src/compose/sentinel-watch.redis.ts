import { isIP } from "node:net";
import { Redis } from "ioredis";
import type { Credentials, Endpoint } from "./redis-address.ts";

export interface WatchedSentinels {
  readonly sentinels: readonly Endpoint[];
  readonly sentinelCredentials: Credentials;
  readonly masterName: string;
  readonly tls: boolean;
}

interface Waits {
  /** Milliseconds. */
  readonly connectTimeout: number;
  readonly retryStrategy: (attempt: number) => number;
}

/**
 * Leaves a master that the Sentinels have replaced but that still answers us, cut off from them or hanging: what it takes would be lost, and what it
 * counts would be counted beside the new one. Every Sentinel announces the new master in its own time; only the first finds us elsewhere.
 * @returns how to stop
 */
export function watchSentinels(redis: Redis, address: WatchedSentinels, waits: Waits, onError: (error: Error) => void): () => void {
  const watchers = address.sentinels.map((sentinel) => {
    const { username, password } = address.sentinelCredentials;
    const watcher = new Redis({
      ...waits,
      ...sentinel,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(address.tls ? { tls: {} } : {}),
      protocol: 2,
      enableReadyCheck: false,
      // The one command waits for as long as this Sentinel is away.
      maxRetriesPerRequest: null,
    });
    watcher.on("error", onError);
    watcher.subscribe("+switch-master").catch(() => undefined);
    watcher.on("message", (_channel: string, announced: string) => {
      const [name, , , host = "", port = ""] = announced.split(" ");
      if (name === address.masterName && redis.status === "ready" && !isAt(redis, host, Number(port))) redis.disconnect(true);
    });
    return watcher;
  });
  return () => {
    for (const watcher of watchers) watcher.disconnect();
  };
}

/** Where Sentinels announce names, the port has to do. */
function isAt({ stream }: Redis, host: string, port: number): boolean {
  return stream.remotePort === port && (isIP(host) === 0 || stream.remoteAddress === host);
}
