import { isIP } from "node:net";
import { Cluster, Redis, type RedisOptions } from "ioredis";
import { SECOND } from "../kit/clock.ts";
import { complainOfEviction } from "./eviction.redis.ts";
import type { RedisAddress } from "./redis-address.ts";
import { watchSentinels } from "./sentinel-watch.redis.ts";

export type RedisClient = Redis | Cluster;

export interface RedisConnection {
  readonly client: RedisClient;
  /** Resolves when the first try to connect has ended, well or not. */
  readonly tried: Promise<void>;
  close(): Promise<void>;
}

const COMMAND_MS = 2 * SECOND;
const CONNECT_MS = 2 * SECOND;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = SECOND;
/** How often a cluster is asked who serves what, when nothing else gave reason to. */
const TOPOLOGY_MS = 5 * SECOND;

/**
 * How each server is spoken to. A command is written to a live connection or refused at once, and is never sent again by itself: one whose answer
 * was lost may have been executed, and a code that passed twice or a claim that was taken twice is worse than a 503 (docs/operations.md).
 */
const SERVER = {
  connectionName: "rekey",
  connectTimeout: CONNECT_MS,
  commandTimeout: COMMAND_MS,
  // Silent for so long while we wait: it hangs, or the way to it is cut. The next connection finds who serves now.
  socketTimeout: COMMAND_MS + SECOND,
  disconnectTimeout: SECOND / 2,
  maxLoadingRetryTime: SECOND,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  // With none, what waits for an answer is refused as soon as the connection is lost.
  maxRetriesPerRequest: 0,
} satisfies RedisOptions;

/** Connects now, and again and again for as long as it takes: whatever was lost, no restart is needed. */
export function connectRedis(address: RedisAddress, onError: (error: Error) => void): RedisConnection {
  const tell = sparingly(onError);
  const { client, unwatch } = open(address, tell);
  client.on("error", tell);
  client.on("node error", tell);
  let closing = false;
  // The client itself gives up when it is told to disconnect while it asks a Sentinel; we never do.
  client.on("end", () => {
    if (!closing) setTimeout(() => void (closing || client.connect().catch(() => undefined)), reconnectWait(1));
  });
  client.on("ready", () => void complainOfEviction(client, tell));
  return {
    client,
    tried: firstTry(client),
    async close() {
      closing = true;
      unwatch();
      await client.quit().catch(() => undefined);
      client.disconnect();
    },
  };
}

function open(address: RedisAddress, tell: (error: Error) => void): { client: RedisClient; unwatch: () => void } {
  if (address.kind === "single") return { client: singleClient(address), unwatch: () => undefined };
  if (address.kind === "cluster") return { client: clusterClient(address), unwatch: () => undefined };
  const client = sentinelClient(address);
  return { client, unwatch: watchSentinels(client, address, { connectTimeout: CONNECT_MS, retryStrategy: reconnectWait }, tell) };
}

function singleClient({ node, database, credentials, tls }: RedisAddress & { kind: "single" }): Redis {
  const secured = tls ? { tls: isIP(node.host) === 0 ? { servername: node.host } : {} } : {};
  return new Redis({ ...SERVER, ...node, ...credentials, ...secured, db: database, retryStrategy: reconnectWait });
}

function sentinelClient(address: RedisAddress & { kind: "sentinel" }): Redis {
  const { sentinels, sentinelCredentials, masterName, database, credentials, tls } = address;
  const { username, password } = sentinelCredentials;
  return new Redis({
    ...SERVER,
    ...credentials,
    sentinels: [...sentinels],
    name: masterName,
    db: database,
    ...(username === undefined ? {} : { sentinelUsername: username }),
    ...(password === undefined ? {} : { sentinelPassword: password }),
    ...(tls ? { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
    sentinelCommandTimeout: COMMAND_MS,
    retryStrategy: reconnectWait,
    sentinelRetryStrategy: reconnectWait,
    reconnectOnError: (error) => error.message.includes("READONLY"),
  });
}

function clusterClient({ nodes, credentials, tls }: RedisAddress & { kind: "cluster" }): Cluster {
  const cluster = new Cluster([...nodes], {
    redisOptions: { ...SERVER, ...credentials, ...(tls ? { tls: {} } : {}) },
    enableOfflineQueue: false,
    // Names are looked up by each connection itself, so that certificates are held against them.
    dnsLookup: (host, found) => found(null, host),
    clusterRetryStrategy: reconnectWait,
    slotsRefreshInterval: TOPOLOGY_MS,
    slotsRefreshTimeout: COMMAND_MS,
    // A lost connection is the one case in which the command may have been executed: it is not offered again.
    retryDelayOnFailover: 0,
    // These were refused unexecuted. Offered again eight times, they end long before a command's own time.
    retryDelayOnClusterDown: 100,
    retryDelayOnTryAgain: 100,
    maxRedirections: 8,
  });
  // A node is connected before its first command, a replica before it is promoted. After this turn: a redirected command connects by itself.
  cluster.on("ready", () => void cluster.nodes().map(nodeReady));
  cluster.on("+node", (node: Redis) => setImmediate(() => void (cluster.status === "ready" && nodeReady(node))));
  return cluster;
}

/** Growing, and half of it by chance, so that processes that lost the same Redis do not come back in step. */
function reconnectWait(attempt: number): number {
  const wait = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
  return Math.round(wait / 2 + (Math.random() * wait) / 2);
}

async function firstTry(client: RedisClient): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, CONNECT_MS);
    for (const event of ["ready", "error", "close", "end"])
      client.once(event, () => {
        clearTimeout(timer);
        resolve();
      });
  });
  if (client instanceof Cluster) await Promise.all(client.nodes().map(nodeReady));
}

function nodeReady(node: Redis): Promise<unknown> {
  if (node.status === "ready" || node.status === "end") return Promise.resolve();
  return node.status === "wait" ? node.connect().catch(() => undefined) : firstTry(node);
}

/** The same complaint at most every ten seconds: while Redis is away there is one for every try. */
function sparingly(tell: (error: Error) => void): (error: Error) => void {
  const last = new Map<string, number>();
  return (error) => {
    const now = Date.now();
    if (now - (last.get(error.message) ?? 0) < 10 * SECOND) return;
    if (last.size > 100) last.clear();
    last.set(error.message, now);
    tell(error);
  };
}
