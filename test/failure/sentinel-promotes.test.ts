import { Redis } from "ioredis";
import t from "tap";
import { type SentinelServers, startRedisSentinel } from "../../scripts/servers/redis-sentinel.mjs";
import { startProduct, until } from "../journeys/product.ts";
import { verify } from "../journeys/reset-steps.ts";
import { loseTheMaster } from "./master-lost.ts";
import { pendingReset, untilServing } from "./without-redis.ts";

async function masterPort({ sentinels, masterName }: SentinelServers): Promise<number> {
  const sentinel = new Redis({ host: "127.0.0.1", port: sentinels[0]?.port ?? 0 });
  const [, port] = (await sentinel.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", masterName)) as [string, string];
  sentinel.disconnect();
  return Number(port);
}

for (const signal of ["SIGKILL", "SIGSTOP"] as const) {
  t.test(`Sentinel promotes a replica for a master that got ${signal}`, async (t) => {
    const servers = await startRedisSentinel();
    t.teardown(() => servers.stop());
    await loseTheMaster(
      t,
      {
        url: servers.url,
        masterOf: async () => servers.master,
        promoted: ({ port }) => until(async () => (await masterPort(servers)) !== port),
      },
      signal,
    );
  });
}

t.test("an operator's failover: the old master lives on as a replica, and running resets go on", async (t) => {
  const servers = await startRedisSentinel();
  t.teardown(() => servers.stop());
  const run = await startProduct(t, { env: { REDIS_URL: servers.url } });
  const { reset, challengeId, code } = await pendingReset(run, "henrik");
  const sentinel = new Redis({ host: "127.0.0.1", port: servers.sentinels[0]?.port ?? 0 });
  t.teardown(() => sentinel.disconnect());
  await sentinel.call("SENTINEL", "FAILOVER", servers.masterName);
  await until(async () => (await masterPort(servers)) !== servers.master.port);
  const promoted = new Redis({ host: "127.0.0.1", port: await masterPort(servers) });
  t.teardown(() => promoted.disconnect());
  await until(async () => String(await promoted.client("LIST")).includes("name=rekey"));
  await untilServing(t, run);
  t.equal((await verify(run, reset, challengeId, code)).status, 200);
});
