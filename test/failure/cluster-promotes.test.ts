import t from "tap";
import { startRedisCluster } from "../../scripts/servers/redis-cluster.mjs";
import { asServers } from "./cluster-servers.ts";
import { loseTheMaster } from "./master-lost.ts";

for (const signal of ["SIGKILL", "SIGSTOP"] as const) {
  t.test(`the cluster promotes a replica for a master that got ${signal}`, async (t) => {
    const cluster = await startRedisCluster();
    t.teardown(() => cluster.stop());
    await loseTheMaster(t, asServers(cluster), signal);
  });
}
