import { Command, Redis } from "ioredis";
import type { ClusterServers } from "../../scripts/servers/redis-cluster.mjs";
import { until } from "../journeys/product.ts";
import type { Servers } from "./master-lost.ts";

/** [first slot, last slot, [host, port, id] of the master, …of its replicas] */
type SlotRange = [number, number, [string, number, string]];

/** A cluster as servers that stand in for one, one of which may be lost. */
export function asServers({ url, masters }: ClusterServers): Servers {
  const servedBy = async (slot: number, asked: { readonly port: number }): Promise<number> => {
    const redis = new Redis({ host: "127.0.0.1", port: asked.port });
    const ranges = (await redis.call("CLUSTER", "SLOTS")) as SlotRange[];
    redis.disconnect();
    return ranges.find(([first, last]) => first <= slot && slot <= last)?.[2][1] ?? 0;
  };
  const slotOf = (bucket: string) => new Command("get", [`{${bucket}}`]).getSlot() ?? 0;
  let slot = 0;
  return {
    url,
    async masterOf(bucket) {
      slot = slotOf(bucket);
      const port = await servedBy(slot, masters[0] ?? { port: 0 });
      const master = masters.find((node) => node.port === port);
      if (master === undefined) throw new Error("no master serves it");
      return master;
    },
    async promoted(dead) {
      const others = masters.filter(({ port }) => port !== dead.port);
      for (const other of others) await until(async () => (await servedBy(slot, other)) !== dead.port);
    },
  };
}
