import { Redis } from "ioredis";
import { isAttached, startRedisNode, untilNode } from "./redis.mjs";
import { onFreePort } from "./spawned.mjs";

/** The slots of each master. */
const RANGES = [
  [0, 5_460],
  [5_461, 10_922],
  [10_923, 16_383],
];
/** So long a node must be silent before the others take it for dead. */
const NODE_TIMEOUT_MS = 1_000;

/**
 * A Redis Cluster of three masters with a replica each, on random loopback ports, nothing on disk. About two seconds, all of which Redis
 * itself waits before it takes writes; when it resolves, a promotion would succeed.
 * @returns {Promise<import("./redis-cluster.d.mts").ClusterServers>}
 */
export async function startRedisCluster() {
  const started = await Promise.allSettled(Array.from({ length: 2 * RANGES.length }, startMember));
  const members = started.flatMap(({ value }) => value ?? []);
  const stop = async () => void (await Promise.all(members.map((member) => member.stop())));
  try {
    const refused = started.find(({ status }) => status === "rejected");
    if (refused) throw refused.reason;
    await formCluster(members);
  } catch (error) {
    await stop();
    throw error;
  }
  const [masters, replicas] = [members.slice(0, RANGES.length), members.slice(RANGES.length)];
  return { url: masters.map(({ port }) => `redis://127.0.0.1:${port}`).join(","), masters, replicas, stop };
}

function startMember() {
  return onFreePort((bus) =>
    onFreePort(async (port) => {
      const cluster = ["--cluster-enabled", "yes", "--cluster-port", String(bus), "--cluster-node-timeout", String(NODE_TIMEOUT_MS)];
      // A replica is told to clients once it has received something: by default a ping every ten seconds.
      const args = [...cluster, "--repl-ping-replica-period", "1"];
      return { ...(await startRedisNode({ name: "Redis (cluster)", port, args })), bus };
    }),
  );
}

async function formCluster(members) {
  const clients = members.map(({ port }) => new Redis({ host: "127.0.0.1", port, protocol: 2 }));
  try {
    await Promise.all(RANGES.map((range, index) => clients[index].call("CLUSTER", "ADDSLOTSRANGE", ...range)));
    // An epoch for each, so that they need not agree on an order first.
    await Promise.all(clients.map((client, index) => client.call("CLUSTER", "SET-CONFIG-EPOCH", index + 1)));
    await Promise.all(members.slice(1).map(({ port, bus }) => clients[0].call("CLUSTER", "MEET", "127.0.0.1", port, bus)));
    await Promise.all(members.map(({ port }) => untilNode(port, knowsEveryMember)));
    const masterIds = await Promise.all(RANGES.map((_, index) => clients[index].call("CLUSTER", "MYID")));
    const replicas = members.slice(RANGES.length);
    await Promise.all(replicas.map((_, index) => clients[RANGES.length + index].call("CLUSTER", "REPLICATE", masterIds[index])));
    await Promise.all(replicas.map(({ port }) => untilNode(port, isAttached)));
    await Promise.all(members.map(({ port }) => untilNode(port, servesEverySlot)));
    await Promise.all(members.map(({ port }) => untilNode(port, knowsEveryReplica)));
  } finally {
    for (const client of clients) client.disconnect();
  }
}

async function knowsEveryMember(redis) {
  const lines = (await redis.call("CLUSTER", "NODES")).trim().split("\n");
  return lines.length === 2 * RANGES.length && lines.every((line) => / connected( |$)/.test(line) && !line.includes("handshake"));
}

async function servesEverySlot(redis) {
  const about = await redis.call("CLUSTER", "INFO");
  return about.includes("cluster_state:ok") && about.includes("cluster_slots_ok:16384");
}

/** What a client is told, and what the masters vote by. */
async function knowsEveryReplica(redis) {
  const ranges = await redis.call("CLUSTER", "SLOTS");
  return ranges.length === RANGES.length && ranges.every(([, , , ...replicas]) => replicas.length === 1);
}
