import { Cluster, type Redis } from "ioredis";
import t, { type Test } from "tap";
import { type ClusterServers, startRedisCluster } from "../../scripts/servers/redis-cluster.mjs";
import { type SentinelServers, startRedisSentinel } from "../../scripts/servers/redis-sentinel.mjs";
import { connectRedis, type RedisClient } from "../../src/compose/connect.redis.ts";
import { readRedisUrl } from "../../src/compose/redis-address.ts";

/** Several servers that stand in for one. */
export type InstallationKind = "redis-sentinel" | "redis-cluster";
export const INSTALLATIONS: readonly InstallationKind[] = ["redis-sentinel", "redis-cluster"];

const START: Record<InstallationKind, () => Promise<SentinelServers | ClusterServers>> = {
  "redis-sentinel": startRedisSentinel,
  "redis-cluster": startRedisCluster,
};
const started = new Map<InstallationKind, Promise<SentinelServers | ClusterServers>>();

export interface RedisInstallation {
  readonly url: string;
  /** A new connection as the service has them, ready. Closed after the test. */
  connect(): Promise<RedisClient>;
  /** To every server that takes writes now. Closed after the test. */
  masters(): Promise<Redis[]>;
  empty(): Promise<void>;
}

/** An installation for this test file alone, empty; the first test that asks starts it, in about two seconds. */
export async function redisInstallation(t: Test, kind: InstallationKind): Promise<RedisInstallation> {
  const { url } = await installationOf(kind);
  const connect = () => connectTo(t, url);
  const own = await connect();
  const masters = async () => (own instanceof Cluster ? own.nodes("master") : [own]);
  const empty = async () => void (await Promise.all((await masters()).map((master) => master.flushall())));
  await empty();
  return { url, connect, masters, empty };
}

/** A connection as the service has them, ready. Closed after the test. */
export async function connectTo(t: Test, url: string): Promise<RedisClient> {
  const reading = readRedisUrl(url);
  if ("mistakes" in reading) throw new Error(reading.mistakes.join("; "));
  const connection = connectRedis(reading.address, () => undefined);
  t.teardown(() => connection.close());
  await connection.tried;
  return connection.client;
}

function installationOf(kind: InstallationKind): Promise<SentinelServers | ClusterServers> {
  const known = started.get(kind);
  if (known !== undefined) return known;
  const servers = START[kind]();
  started.set(kind, servers);
  // After the whole file: its tests follow one another on the same servers.
  t.teardown(async () => (await servers).stop());
  return servers;
}
