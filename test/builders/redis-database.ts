import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import type { Test } from "tap";

const DATABASES = 15;
/** Longer than a test file takes; a claim whose process was killed ends by itself. */
const CLAIM_MS = 600_000;

export interface RedisDatabase {
  /** A new connection to it, as another process would have one. Closed after the test. */
  connect(): Redis;
  empty(): Promise<void>;
}

/**
 * An empty database of the Redis at TEST_REDIS_URL for this test file alone, since test files run side by side. Databases 1 to 15 are
 * claimed by a key in database 0.
 */
export async function redisDatabase(t: Test): Promise<RedisDatabase> {
  const url = process.env.TEST_REDIS_URL;
  if (url === undefined || url === "")
    throw new Error("TEST_REDIS_URL is not set: run the tests by `npm test`, which starts a Redis, or name one that may be emptied.");
  const connections: Redis[] = [];
  const connectTo = (db: number) => {
    const redis = new Redis(url, { db, maxRetriesPerRequest: 1 });
    connections.push(redis);
    return redis;
  };
  const claims = connectTo(0);
  const owner = randomUUID();
  const db = await claimDatabase(claims, owner);
  t.teardown(async () => {
    if ((await claims.get(claimKey(db))) === owner) await claims.del(claimKey(db));
    for (const redis of connections) redis.disconnect();
  });
  const own = connectTo(db);
  await own.flushdb();
  return { connect: () => connectTo(db), empty: async () => void (await own.flushdb()) };
}

async function claimDatabase(redis: Redis, owner: string): Promise<number> {
  for (let db = 1; db <= DATABASES; db += 1) {
    if ((await redis.set(claimKey(db), owner, "PX", CLAIM_MS, "NX")) === "OK") return db;
  }
  throw new Error("All databases of the Redis at TEST_REDIS_URL are taken by other test files.");
}

function claimKey(db: number): string {
  return `rekey-test:database:${db}`;
}
