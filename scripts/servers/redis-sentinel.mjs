import { isAttached, startRedisNode, untilNode } from "./redis.mjs";
import { onFreePort } from "./spawned.mjs";

const MASTER_NAME = "rekey";
/** So long the master must be silent before the Sentinels take it for dead. */
const DOWN_AFTER_MS = 1_000;

/**
 * A master with two replicas, watched by three Sentinels, on random loopback ports, nothing on disk. About two seconds; when it resolves, a
 * promotion would succeed.
 * @returns {Promise<import("./redis-sentinel.d.mts").SentinelServers>}
 */
export async function startRedisSentinel() {
  const nodes = [];
  const stop = async () => void (await Promise.all(nodes.map((node) => node.stop())));
  const start = async (role, args, settings) => {
    const node = await onFreePort((port) => startRedisNode({ name: `Redis (${role})`, port, args, settings }));
    nodes.push(node);
    return node;
  };
  try {
    const master = await start("master", []);
    const replica = () => start("replica", ["--replicaof", `127.0.0.1 ${master.port}`]);
    const replicas = await together([replica(), replica()]);
    // A Sentinel that looks before they are attached looks again ten seconds later only.
    await Promise.all(replicas.map(({ port }) => untilNode(port, isAttached)));
    const sentinel = () => start("Sentinel", ["--sentinel"], settingsFor(master.port));
    const sentinels = await together([sentinel(), sentinel(), sentinel()]);
    await Promise.all(sentinels.map(({ port }) => untilNode(port, knowsVotersAndReplicas)));
    const url = `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(",")}/${MASTER_NAME}`;
    return { url, masterName: MASTER_NAME, master, replicas, sentinels, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function settingsFor(port) {
  return [
    `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${port} 2`,
    `sentinel down-after-milliseconds ${MASTER_NAME} ${DOWN_AFTER_MS}`,
    `sentinel failover-timeout ${MASTER_NAME} 1500`,
  ].join("\n");
}

async function knowsVotersAndReplicas(sentinel) {
  const told = await sentinel.call("SENTINEL", "MASTER", MASTER_NAME);
  const answer = (name) => told[told.indexOf(name) + 1];
  return answer("num-other-sentinels") === "2" && answer("num-slaves") === "2";
}

/** As `Promise.all`, but never while one of them is still starting: whoever stops them must know them all. */
async function together(starts) {
  const results = await Promise.allSettled(starts);
  const refused = results.find(({ status }) => status === "rejected");
  if (refused) throw refused.reason;
  return results.map(({ value }) => value);
}
