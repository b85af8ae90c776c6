import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import { onFreePort, spawnServer } from "./spawned.mjs";

const READY_MS = 30_000;

/**
 * A Redis of our own on a random loopback port, that writes nothing to disk. Needs `redis-server` in the PATH.
 * @param {{ args?: string[], port?: number }} [options] `args`: further ones of redis-server, for example `["--maxmemory", "8mb"]`;
 *   `port`: that of one that was stopped, to bring it back
 */
export function startRedis({ args = [], port } = {}) {
  return port === undefined ? onFreePort((free) => startOn(free, args)) : startOn(port, args);
}

async function startOn(port, args) {
  const own = ["--databases", "8192", ...args];
  return { ...(await startRedisNode({ name: "Redis", port, args: own })), url: `redis://127.0.0.1:${port}` };
}

/**
 * One server of an installation, on this loopback port: nothing on disk but what `args` ask for, its folder its own.
 * @param {{ name: string, port: number, args: string[], settings?: string }} node `settings`: lines of a configuration file, for a
 *   Sentinel, which writes into it
 * @returns {Promise<{ pid: number, port: number, stop: () => Promise<void> }>}
 */
export async function startRedisNode({ name, port, args, settings }) {
  const folder = await mkdtemp(join(tmpdir(), "rekey-redis-"));
  const file = join(folder, "redis.conf");
  if (settings !== undefined) await writeFile(file, settings, { mode: 0o600 });
  const own = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder];
  const quiet = ["--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0"];
  const all = settings === undefined ? [...own, ...quiet, ...args] : [file, ...own, ...args];
  const server = await spawnServer({ name, command: "redis-server", args: all, folder, ready: () => answersPing(port) });
  return { ...server, port };
}

/**
 * Asks the server on this port again and again, until `holds` says yes.
 * @param {number} port
 * @param {(redis: Redis) => Promise<boolean>} holds its name stands in the error when it never does
 */
export async function untilNode(port, holds) {
  const redis = new Redis({ host: "127.0.0.1", port, protocol: 2, enableReadyCheck: false });
  const deadline = Date.now() + READY_MS;
  try {
    while (!(await holds(redis))) {
      if (Date.now() > deadline) throw new Error(`The Redis on port ${port} never came to this: ${holds.name}.`);
      await pause(25);
    }
  } finally {
    redis.disconnect();
  }
}

/** A replica that has not finished its first copy is never promoted. */
export async function isAttached(redis) {
  return (await redis.info("replication")).includes("master_link_status:up");
}

async function answersPing(port) {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    socket.write("PING\r\n");
    const [answer] = await once(socket, "data");
    // One that wants a password first is there too.
    return /^(\+PONG|-NOAUTH)/.test(String(answer));
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
