import t from "tap";
import { startPgBouncer } from "../../scripts/servers/pgbouncer.mjs";
import { redisInstallation } from "../builders/redis-installation.ts";
import { freshDatabase, testDatabaseUrl } from "./fresh-database.ts";
import { createInstallation } from "./installation.ts";
import { until } from "./product.ts";
import { addressOf, proveByMessage, setPassword, signIn, startReset } from "./reset-steps.ts";

const NEW_PASSWORD = "plum violin harbour tuesday";

t.test("PostgreSQL behind PgBouncer in transaction mode, Redis Cluster, two servers and two workers", async (t) => {
  const directUrl = await freshDatabase(t);
  const pooler = await startPgBouncer({ url: testDatabaseUrl() });
  t.teardown(() => pooler.stop());
  const pooledUrl = new URL(directUrl);
  pooledUrl.port = String(pooler.port);
  const redis = await redisInstallation(t, "redis-cluster");
  const house = await createInstallation(t, { DATABASE_URL: pooledUrl.href, DATABASE_DIRECT_URL: directUrl, REDIS_URL: redis.url });
  const [a, b] = (await Promise.all([house.start("server"), house.start("server"), house.start("worker"), house.start("worker")])).map(
    house.through,
  );
  if (a === undefined || b === undefined) throw new Error("two servers were started");

  const admin = house.person("ylva");
  const reset = await startReset(a, admin.userPrincipalName);
  t.equal((await proveByMessage(b, reset, "email", addressOf(admin, "email"))).next, "challenge");
  t.equal((await proveByMessage(a, reset, "sms", addressOf(admin, "mobilePhone"))).next, "password");
  t.equal((await setPassword(b, reset, NEW_PASSWORD)).status, 204);
  t.equal((await signIn(a, admin.userPrincipalName, admin.password)).status, 401);
  t.equal((await signIn(b, admin.userPrincipalName, NEW_PASSWORD)).status, 200);

  await t.test("many at once, with more statements than sessions", async (t) => {
    const people = ["odd", "mirja", "tove", "henrik"].map(house.person);
    const ends = await Promise.all(
      people.map(async (person, index) => {
        const [one, other] = index % 2 === 0 ? [a, b] : [b, a];
        const running = await startReset(one, person.userPrincipalName);
        const { next } = await proveByMessage(other, running, "email", addressOf(person, "email"));
        if (next === "challenge") await proveByMessage(one, running, "sms", addressOf(person, "mobilePhone"));
        return (await setPassword(other, running, NEW_PASSWORD)).status;
      }),
    );
    t.same(ends, [204, 204, 204, 204]);
    await house.settled();
    const completed = "select count(*)::int as completed from completed_resets";
    t.same((await house.connection.pool.query(completed)).rows, [{ completed: 5 }]);
    const proofs = "select count(*)::int as proofs from audit_events where type = 'reset.proof' and outcome = 'success'";
    await until(async () => (await house.connection.pool.query(proofs)).rows[0].proofs === 9);
  });
});
