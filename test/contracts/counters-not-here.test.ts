import { Command, type Redis } from "ioredis";
import t from "tap";
import { createRedisResetStore } from "../../src/resets/reset-store.redis.ts";
import { redisDatabase } from "../builders/redis-database.ts";
import { redisInstallation } from "../builders/redis-installation.ts";
import { accountNumber, flowOf } from "../builders/reset-flow.ts";
import { TRIES, walkOn } from "../builders/reset-walk.ts";

/** What Redis says of a slot on its way: by itself, and after the client has asked often enough. */
const REFUSED = /TRYAGAIN|non local key|Too many Cluster redirections/;

t.test("D05: where the counters of an account are missing, nothing is decided about its resets", async (t) => {
  const database = await redisDatabase(t);
  const redis = database.connect();
  const walk = walkOn(createRedisResetStore(redis));
  const flow = await walk.opened(flowOf(accountNumber(1)));
  const challengeId = await walk.challenged(flow, "email");
  const events = (await walk.events()).length;
  // As a Redis does that may evict what it has no place for.
  t.equal(await redis.del(`{b01}:account:${flow.account}`), 1);
  const steps: Promise<unknown>[] = [
    walk.challenge(flow, "sms"),
    walk.verify(flow, challengeId, "yes"),
    walk.prove(flow, challengeId, { id: "email-1", revision: 1 }),
    walk.claim(flow, "claim"),
    walk.report(flow, challengeId, true),
    walk.read(flow),
    walk.peek(flow),
    walk.cancel(flow),
  ];
  for (const step of steps) await t.rejects(step, /TRYAGAIN/);
  t.equal((await walk.events()).length, events);
  t.equal(await redis.exists(`{b01}:account:${flow.account}`), 0, "no counter began anew");

  await walk.finish(flow);
  const next = await walk.opened(flowOf(flow.account));
  t.match(await walk.read(next), { outcome: "invalid" }, "opened in the moment in which all were voided");
  walk.later(1);
  t.match(await walk.read(await walk.opened(flowOf(flow.account, { openedAt: walk.now }))), { outcome: "found" }, "a new start mends it");
});

t.test("D05: while its slot moves from node to node, an account's tries stay counted", async (t) => {
  const installation = await redisInstallation(t, "redis-cluster");
  const walk = walkOn(createRedisResetStore(await installation.connect()));
  const flow = await walk.opened(flowOf(accountNumber(1)));
  const challengeId = await walk.challenged(flow, "email");
  for (let tries = 0; tries < 3; tries += 1) await walk.verify(flow, challengeId, "no");

  const keys = [`{b01}:account:${flow.account}`, "{b01}:events", `{b01}:flow:${flow.id}`];
  const slot = new Command("get", keys.slice(0, 1)).getSlot() ?? 0;
  const masters = await installation.masters();
  const found = await Promise.all(masters.map(async (master) => Number(await master.call("CLUSTER", "COUNTKEYSINSLOT", slot)) > 0));
  const [from, to] = [masters[found.indexOf(true)], masters[found.indexOf(false)]] as [Redis, Redis];
  const [fromId, toId] = await Promise.all([from, to].map(async (node) => String(await node.call("CLUSTER", "MYID"))));
  await to.call("CLUSTER", "SETSLOT", slot, "IMPORTING", fromId ?? "");
  await from.call("CLUSTER", "SETSLOT", slot, "MIGRATING", toId ?? "");
  for (const [number, key] of keys.entries()) {
    await from.call("MIGRATE", to.options.host ?? "", to.options.port ?? 0, key, 0, 5_000);
    if (number < keys.length - 1) await t.rejects(walk.verify(flow, challengeId, "no"), REFUSED, `after ${key}`);
  }
  for (const node of [to, from, ...masters]) await node.call("CLUSTER", "SETSLOT", slot, "NODE", toId ?? "");

  for (let tries = 3; tries < TRIES; tries += 1) t.match(await walk.verify(flow, challengeId, "no"), { outcome: "rejected" });
  t.match(await walk.verify(flow, challengeId, "yes"), { outcome: "limited" });
});
