import { connect, createServer, type Socket } from "node:net";
import type { Test } from "tap";

/** Longer than a process needs to send the rest of what it sends at once; answers are held back for it. */
const QUIET_MS = 25;

export interface WaveCounter {
  /** What to put into REDIS_URL. */
  readonly url: string;
  /** Waves since the last call: a wave is everything sent before the first of its answers is let through. */
  take(): number;
}

/**
 * Stands between the product and Redis and counts what a request waits for. It holds every answer until the product has fallen silent, so that
 * calls made in parallel are one wave and calls made one after the other are several, however fast Redis is.
 */
export async function countWaves(t: Test, redisUrl: string): Promise<WaveCounter> {
  const target = new URL(redisUrl);
  const sockets = new Set<Socket>();
  let waves = 0;
  const server = createServer((client) => {
    const redis = connect(Number(target.port), target.hostname);
    let held: Buffer[] = [];
    let timer: NodeJS.Timeout | undefined;
    const release = () => {
      if (held.length === 0) return;
      waves += 1;
      client.write(Buffer.concat(held));
      held = [];
    };
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(release, QUIET_MS);
    };
    client.on("data", (data) => {
      redis.write(data);
      wait();
    });
    redis.on("data", (data) => {
      held.push(Buffer.from(data));
      wait();
    });
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket
        .on("error", () => undefined)
        .on("close", () => {
          client.destroy();
          redis.destroy();
        });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const url = new URL(redisUrl);
  url.port = String(typeof address === "object" && address !== null ? address.port : 0);
  return {
    url: url.href,
    take() {
      const count = waves;
      waves = 0;
      return count;
    },
  };
}
