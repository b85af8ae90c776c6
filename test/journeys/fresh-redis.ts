import { Redis } from "ioredis";
import type { Test } from "tap";

/** A Redis database of its own, by number. */
export async function freshRedis(t: Pick<Test, "teardown">): Promise<string> {
  const base = process.env.TEST_REDIS_URL;
  if (base === undefined || base === "") throw new Error("TEST_REDIS_URL is not set: run the tests by `npm test -- <file>`");
  const url = new URL(base);
  const counter = new Redis(base);
  // The first sixteen are claimed one by one by other tests.
  url.pathname = `/${16 + ((await counter.incr("databases-given")) % 8_000)}`;
  await counter.quit();
  const redis = new Redis(url.href);
  await redis.flushdb();
  await redis.quit();
  t.teardown(async () => {
    const last = new Redis(url.href);
    await last.flushdb();
    await last.quit();
  });
  return url.href;
}
