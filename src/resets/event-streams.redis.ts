import { Cluster, Command, type Redis } from "ioredis";
import { BUCKETS } from "./account-tag.ts";

/** An entry of a bucket's stream of recorded steps. */
export interface StreamEntry {
  readonly bucket: string;
  readonly id: string;
  readonly text: string;
}

/** The events that steps left in a bucket; under the hash tag of its flows, since one script writes both. */
export function streamKey(bucket: string): string {
  return `{${bucket}}:events`;
}

const SLOTS = new Map(BUCKETS.map((bucket) => [bucket, new Command("get", [streamKey(bucket)]).getSlot()]));

/**
 * At most `limit` entries of each bucket, oldest first. Asked four times a second by every worker, mostly for nothing: one command where all
 * buckets lie on one server, one round trip to each node of a cluster.
 */
export async function readStreams(redis: Redis | Cluster, limit: number): Promise<StreamEntry[]> {
  if (redis instanceof Cluster) return (await Promise.all(bucketsByNode(redis).map((buckets) => readNode(redis, buckets, limit)))).flat();
  const streams = await redis.xread("COUNT", limit, "STREAMS", ...BUCKETS.map(streamKey), ...BUCKETS.map(() => "0"));
  return (streams ?? []).flatMap(([key, entries]) => entriesOf(key.slice(1, key.indexOf("}")), entries));
}

/** Takes entries away, those of one bucket by one call. */
export async function forgetEntries(redis: Redis | Cluster, entries: readonly Pick<StreamEntry, "bucket" | "id">[]): Promise<void> {
  const ofBucket = Map.groupBy(entries, ({ bucket }) => bucket);
  await Promise.all([...ofBucket].map(([bucket, forgotten]) => redis.xdel(streamKey(bucket), ...forgotten.map(({ id }) => id))));
}

/** The buckets of each node of a cluster, as the client knows it now; on one server they are all together. */
export function bucketsByNode(redis: Redis | Cluster): readonly (readonly string[])[] {
  if (!(redis instanceof Cluster)) return [BUCKETS];
  return [...Map.groupBy(BUCKETS, (bucket) => redis.slots[SLOTS.get(bucket) ?? 0]?.join() ?? "nobody").values()];
}

async function readNode(cluster: Cluster, buckets: readonly string[], limit: number): Promise<StreamEntry[]> {
  const pipeline = cluster.pipeline();
  for (const bucket of buckets) pipeline.xrange(streamKey(bucket), "-", "+", "COUNT", limit);
  const answers = (await pipeline.exec()) ?? [];
  return answers.flatMap(([error, entries], index) => {
    if (error !== null) throw error;
    return entriesOf(buckets[index] ?? "", entries as RawEntries);
  });
}

type RawEntries = readonly [id: string, fields: string[]][];

function entriesOf(bucket: string, entries: RawEntries): StreamEntry[] {
  return entries.map(([id, fields]) => ({ bucket, id, text: fields[1] ?? "{}" }));
}
