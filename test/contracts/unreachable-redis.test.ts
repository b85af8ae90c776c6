import { Redis } from "ioredis";
import t from "tap";
import { startRedis } from "../../scripts/servers/redis.mjs";
import { createRedisResetStore } from "../../src/resets/reset-store.redis.ts";
import { createRedisCredentialVersions } from "../../src/sign-in/credential-versions.redis.ts";
import { createRedisLockoutStore } from "../../src/sign-in/lockout-store.redis.ts";
import { createRedisSessionStore } from "../../src/sign-in/session-store.redis.ts";
import { createRedisThrottleStore } from "../../src/throttle/throttle-store.redis.ts";
import { redisDatabase } from "../builders/redis-database.ts";
import { accountNumber, addressOf, flowOf, T0 } from "../builders/reset-flow.ts";
import { walkOn } from "../builders/reset-walk.ts";

t.test("without Redis nothing answers, as if a check had passed least of all (security.md C13, D11)", async (t) => {
  // Port 1 of this machine: nobody listens there.
  const redis = new Redis({ host: "127.0.0.1", port: 1, lazyConnect: true, enableOfflineQueue: false, retryStrategy: () => null });
  redis.on("error", () => undefined);
  t.teardown(() => redis.disconnect());
  const walk = walkOn(createRedisResetStore(redis));
  const flow = flowOf(accountNumber(1));
  await t.rejects(walk.open(flow));
  await t.rejects(walk.store.void(addressOf(flow), { account: flow.account, eventId: "event", sources: "strange" }));
  await t.rejects(walk.challenge(flow, "email"));
  await t.rejects(walk.verify(flow, "challenge", "yes"));
  await t.rejects(walk.prove(flow, "challenge", { id: "email-1", revision: 1 }));
  await t.rejects(walk.report(flow, "challenge", true));
  await t.rejects(walk.read(flow));
  await t.rejects(walk.peek(flow));
  await t.rejects(walk.cancel(flow));
  await t.rejects(walk.claim(flow, "claim"));
  await t.rejects(walk.release(flow, "claim"));
  await t.rejects(walk.finish(flow));
  await t.rejects(walk.store.events(10));
  await t.rejects(walk.store.forget(["b01 1-1"]));

  const throttle = createRedisThrottleStore(redis);
  await t.rejects(throttle.take("key", [{ limit: 1, windowMs: 1_000 }], T0));
  await t.rejects(throttle.clear(["key"]));
  await t.rejects(throttle.once("key", T0 + 1_000, T0));
  await t.rejects(throttle.again("key"));
  const lockouts = createRedisLockoutStore(redis);
  const rules = { failuresAllowed: 1, firstLockMs: 1, longestLockMs: 1, rememberMs: 1_000 };
  await t.rejects(lockouts.admit("key", "tag", rules, T0));
  await t.rejects(lockouts.remember("key", "tag", rules, T0));
  await t.rejects(lockouts.takeBack("key", "tag", T0));
  await t.rejects(lockouts.clear(["key"]));
  const sessions = createRedisSessionStore(redis);
  const session = { userId: "user", tenantId: "tenant", credentialVersion: 1, openedAt: T0, expiresAt: T0 + 1, idleUntil: T0 + 1 };
  await t.rejects(sessions.open({ id: "session", ...session, refreshHash: "", proofs: [] }));
  await t.rejects(sessions.read("session", T0));
  await t.rejects(sessions.rotate("session", { now: T0, presentedHash: "a", nextHash: "b", idleMs: 1 }));
  await t.rejects(sessions.reissue("session", { now: T0, nextHash: "b", idleMs: 1 }));
  await t.rejects(sessions.prove("session", { now: T0, proof: { kind: "password", at: T0 } }));
  await t.rejects(sessions.renew("session", { now: T0, credentialVersion: 2 }));
  await t.rejects(sessions.skip("session", { now: T0, interrupt: "confirm-security-info" }));
  await t.rejects(sessions.end("session"));
  const versions = createRedisCredentialVersions(redis);
  await t.rejects(versions.raise("user", 1));
  await t.rejects(versions.read("user"));
});

t.test("a Redis that forgot the scripts is given them again", async (t) => {
  // One of our own, since scripts are forgotten for all who use it.
  const server = await startRedis();
  const redis = new Redis(server.url);
  t.teardown(async () => {
    redis.disconnect();
    await server.stop();
  });
  const walk = walkOn(createRedisResetStore(redis));
  const throttle = createRedisThrottleStore(redis);
  const versions = createRedisCredentialVersions(redis);
  const limits = [{ limit: 9, windowMs: 60_000 }];
  const flow = await walk.opened(flowOf(accountNumber(1)));
  await throttle.take("key", limits, T0);
  await throttle.once("key", T0 + 60_000, T0);
  await versions.raise("user", 2);
  await redis.script("FLUSH");
  t.match(await walk.read(flow), { outcome: "found" });
  t.equal((await throttle.take("key", limits, T0))[0]?.count, 2);
  t.equal(await throttle.once("key", T0 + 60_000, T0), false);
  await versions.raise("user", 1);
  t.equal(await versions.read("user"), 2);
});

t.test("a Redis that forgot everything has no flow, so no gate is open", async (t) => {
  const database = await redisDatabase(t);
  const walk = walkOn(createRedisResetStore(database.connect()));
  const flow = await walk.opened(flowOf(accountNumber(1)));
  await walk.verify(flow, await walk.challenged(flow, "email"), "yes");
  await database.empty();
  t.strictSame(await walk.read(flow), { outcome: "invalid" });
  t.strictSame(await walk.claim(flow, "claim"), { outcome: "invalid" });
});
