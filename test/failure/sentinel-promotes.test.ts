import { Cluster, Redis } from "ioredis";
import t from "tap";
import { type SentinelServers, startRedisSentinel } from "../../scripts/servers/redis-sentinel.mjs";
import { connectTo } from "../builders/redis-installation.ts";
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

t.test("a master that the Sentinels lost and replaced is left, though it answers us: nobody counts beside the new one", async (t) => {
  const servers = await startRedisSentinel();
  t.teardown(() => servers.stop());
  const clientOf = ({ port }: { port: number }) => {
    const redis = new Redis({ host: "127.0.0.1", port });
    t.teardown(() => redis.disconnect());
    return redis;
  };
  const [master, ...replicas] = [servers.master, ...servers.replicas].map(clientOf) as [Redis, ...Redis[]];
  for (const node of [master, ...replicas])
    for (const user of ["sentinel", "rekey"]) await node.call("ACL", "SETUSER", user, "on", ">secret", "~*", "&*", "+@all");
  for (const sentinel of servers.sentinels.map(clientOf))
    await sentinel.call("SENTINEL", "SET", servers.masterName, "auth-user", "sentinel", "auth-pass", "secret");
  const client = await connectTo(t, servers.url.replace("//", "//rekey:secret@"));
  if (client instanceof Cluster) throw new Error("not one server");
  t.equal(client.stream.remotePort, servers.master.port);

  // From here on the Sentinels cannot speak to it; we can.
  for (const user of ["sentinel", "default"]) await master.call("ACL", "SETUSER", user, "off");
  await master.call("CLIENT", "KILL", "USER", "sentinel");
  await until(async () => (await masterPort(servers)) !== servers.master.port);
  const promoted = await masterPort(servers);
  await until(async () => client.status === "ready" && client.stream.remotePort === promoted);
  t.match(await master.role(), ["master"], "the old one still takes whatever it is told");
  t.equal(await client.set("key", "value"), "OK");
});
