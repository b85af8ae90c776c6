import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onFreePort, spawnServer } from "./spawned.mjs";

/**
 * A Redis of our own on a random loopback port, that writes nothing to disk. Needs `redis-server` in the PATH.
 * @param {{ args?: string[] }} [options] `args`: further ones of redis-server, for example `["--maxmemory", "8mb"]`
 */
export function startRedis({ args = [] } = {}) {
  return onFreePort(async (port) => {
    const folder = await mkdtemp(join(tmpdir(), "rekey-redis-"));
    const own = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--databases", "8192", "--dir", folder];
    const ready = () => answersPing(port);
    const server = await spawnServer({ name: "Redis", command: "redis-server", args: [...own, ...args], folder, ready });
    return { ...server, port, url: `redis://127.0.0.1:${port}` };
  });
}

async function answersPing(port) {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    socket.write("PING\r\n");
    const [answer] = await once(socket, "data");
    return String(answer).startsWith("+PONG");
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
