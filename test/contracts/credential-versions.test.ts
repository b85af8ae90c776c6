import t, { type Test } from "tap";
import { createMemoryCredentialVersions } from "../../src/sign-in/credential-versions.memory.ts";
import { createRedisCredentialVersions } from "../../src/sign-in/credential-versions.redis.ts";
import type { CredentialVersions } from "../../src/sign-in/credential-versions.ts";
import { redisDatabase } from "../builders/redis-database.ts";
import { INSTALLATIONS, redisInstallation } from "../builders/redis-installation.ts";

function suite(t: Test, nodes: () => Promise<readonly [CredentialVersions, CredentialVersions]>): void {
  t.test("unknown until it is raised, then seen by every node", async (t) => {
    const [here, there] = await nodes();
    t.equal(await here.read("user-1"), null);
    await here.raise("user-1", 3);
    t.equal(await here.read("user-1"), 3);
    t.equal(await there.read("user-1"), 3);
    t.equal(await there.read("user-2"), null, "of nobody else");
  });

  t.test("never lowered: a job that comes late changes nothing", async (t) => {
    const [here, there] = await nodes();
    await here.raise("user-1", 7);
    await there.raise("user-1", 5);
    await there.raise("user-1", 7);
    t.equal(await here.read("user-1"), 7);
    await there.raise("user-1", 8);
    t.equal(await here.read("user-1"), 8);
    await here.raise("user-2", 0);
    t.equal(await there.read("user-2"), 0, "none is a version too");
  });

  t.test("the highest of many that come at once, in any order", async (t) => {
    const [here, there] = await nodes();
    const versions = Array.from({ length: 64 }, (_, index) => ((index * 37) % 64) + 1);
    await Promise.all(versions.map((version, index) => (index % 2 === 0 ? here : there).raise("user-1", version)));
    t.equal(await here.read("user-1"), 64);
  });

  t.test("large versions stay exact", async (t) => {
    const [here, there] = await nodes();
    const version = 2 ** 48 + 1;
    await here.raise("user-1", version);
    await there.raise("user-1", version - 1);
    t.equal(await there.read("user-1"), version);
  });
}

t.test("memory", async (t) => {
  suite(t, async () => {
    const versions = createMemoryCredentialVersions();
    return [versions, versions];
  });
});

t.test("redis", async (t) => {
  const database = await redisDatabase(t);
  const redis = database.connect();
  const nodes = [createRedisCredentialVersions(redis), createRedisCredentialVersions(database.connect())] as const;
  suite(t, async () => {
    await database.empty();
    return nodes;
  });

  t.test("a version that nobody raises any more is forgotten in a day: PostgreSQL knows it", async (t) => {
    await database.empty();
    await nodes[0].raise("user-1", 2);
    const [key = ""] = await redis.keys("*");
    const life = await redis.pttl(key);
    t.ok(life > 86_000_000 && life <= 86_400_000, `${life} ms`);
  });
});

for (const kind of INSTALLATIONS) {
  t.test(kind, async (t) => {
    const installation = await redisInstallation(t, kind);
    const node = async () => createRedisCredentialVersions(await installation.connect());
    const nodes = [await node(), await node()] as const;
    suite(t, async () => {
      await installation.empty();
      return nodes;
    });
  });
}
