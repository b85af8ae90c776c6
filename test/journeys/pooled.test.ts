import t from "tap";
import { startPgBouncer } from "../../scripts/servers/pgbouncer.mjs";
import { startRedisCluster } from "../../scripts/servers/redis-cluster.mjs";
import { asServers } from "../failure/cluster-servers.ts";
import { reachReplicas } from "../failure/master-lost.ts";
import { freshDatabase, testDatabaseUrl } from "./fresh-database.ts";
import { createInstallation } from "./installation.ts";
import { until } from "./product.ts";
import { addressOf, challenge, codeIn, messageTo, proveByMessage, setPassword, signIn, startReset, verify } from "./reset-steps.ts";
import { tellStories } from "./stories.ts";

const NEW_PASSWORD = "plum violin harbour tuesday";

t.test("PostgreSQL behind PgBouncer in transaction mode, Redis Cluster, two servers and two workers", async (t) => {
  const directUrl = await freshDatabase(t);
  const pooler = await startPgBouncer({ url: testDatabaseUrl() });
  t.teardown(() => pooler.stop());
  const pooledUrl = new URL(directUrl);
  pooledUrl.port = String(pooler.port);
  const cluster = await startRedisCluster();
  t.teardown(() => cluster.stop());
  const house = await createInstallation(t, { DATABASE_URL: pooledUrl.href, DATABASE_DIRECT_URL: directUrl, REDIS_URL: cluster.url });
  const roles = ["server", "server", "worker", "worker"] as const;
  const [first, second] = await Promise.all(roles.map((role) => house.start(role)));
  if (first === undefined || second === undefined) throw new Error("two servers were started");
  const [a, b] = [house.through(first), house.through(second)];

  await tellStories(t, { ...house, servers: [first, second].map((server) => ({ ...house.through(server), baseUrl: server.baseUrl })) });

  await t.test("many at once, with more statements than sessions", async (t) => {
    const people = ["odd", "tove"].map(house.person);
    const ends = await Promise.all(
      people.map(async (person, index) => {
        const [one, other] = index % 2 === 0 ? [a, b] : [b, a];
        const running = await startReset(one, person.userPrincipalName);
        const { next } = await proveByMessage(other, running, "email", addressOf(person, "email"));
        if (next === "challenge") await proveByMessage(one, running, "sms", addressOf(person, "mobilePhone"));
        return (await setPassword(other, running, NEW_PASSWORD)).status;
      }),
    );
    t.same(ends, [204, 204]);
    await house.settled();
    const completed = "select count(*)::int as completed from completed_resets";
    t.same((await house.connection.pool.query(completed)).rows, [{ completed: 5 }]);
    const proofs = "select count(*)::int as proofs from audit_events where type = 'reset.proof' and outcome = 'success'";
    await until(async () => (await house.connection.pool.query(proofs)).rows[0].proofs === 9);
  });

  await t.test("the master of a running reset is killed in the middle, and a replica promoted: it goes on where it was", async (t) => {
    const servers = asServers(cluster);
    const person = house.person("odd");
    const reset = await startReset(a, person.userPrincipalName);
    const bucket = reset.id.slice(0, 3);
    const known = (await house.outbox()).filter(({ to }) => to === addressOf(person, "email")).length;
    const { challengeId } = (await challenge(b, reset, "email")).json;
    const code = codeIn(await messageTo(a, addressOf(person, "email"), known));
    const master = await servers.masterOf(bucket);
    await reachReplicas(master.port, bucket);
    process.kill(master.pid, "SIGKILL");
    t.match((await verify(a, reset, challengeId, code)).json, { status: 503, code: "unavailable" });
    await servers.promoted(master);
    for (const server of [a, b]) await until(async () => (await server.call("GET", "/readyz")).status === 200);
    t.equal((await verify(b, reset, challengeId, code)).json.next, "challenge");
    t.equal((await proveByMessage(a, reset, "sms", addressOf(person, "mobilePhone"))).next, "password");
    t.equal((await setPassword(b, reset, `${NEW_PASSWORD} again`)).status, 204);
    for (const server of [a, b]) t.equal((await signIn(server, person.userPrincipalName, `${NEW_PASSWORD} again`)).status, 200);
    await house.settled();
  });
});
