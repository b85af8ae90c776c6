import t, { type Test } from "tap";
import { HOUR, MINUTE, SECOND } from "../../src/kit/clock.ts";
import { SESSION_IDLE_MS, SESSION_MS, type Session } from "../../src/sign-in/session.ts";
import { createMemorySessionStore } from "../../src/sign-in/session-store.memory.ts";
import { createRedisSessionStore } from "../../src/sign-in/session-store.redis.ts";
import type { SessionStore } from "../../src/sign-in/session-store.ts";
import { redisDatabase } from "../builders/redis-database.ts";
import { INSTALLATIONS, redisInstallation } from "../builders/redis-installation.ts";
import { T0 } from "../builders/reset-flow.ts";

type Nodes = readonly [SessionStore, SessionStore];

function sessionOf(id: string, more: Partial<Session> = {}): Session {
  return {
    id,
    userId: "6c0b1f3a-user",
    tenantId: "2f7d-tenant",
    credentialVersion: 3,
    openedAt: T0,
    expiresAt: T0 + SESSION_MS,
    idleUntil: T0 + SESSION_IDLE_MS,
    refreshHash: "first",
    proofs: [{ kind: "password", at: T0 }],
    ...more,
  };
}

const rotation = (presentedHash: string, nextHash: string, now = T0 + MINUTE) => ({
  now,
  presentedHash,
  nextHash,
  idleMs: SESSION_IDLE_MS,
});

function suite(t: Test, nodes: () => Promise<Nodes>): void {
  t.test("what was opened is read by every node as it was, and nothing else is there", async (t) => {
    const [here, there] = await nodes();
    const plain = sessionOf("plain");
    const full = sessionOf("full", {
      limit: "registration",
      skipped: ["confirm-security-info"],
      proofs: [
        { kind: "password", at: T0 },
        { kind: "authenticatorApp", methodId: "app-1", at: T0 + 1 },
      ],
    });
    await here.open(plain);
    await here.open(full);
    t.strictSame(await there.read("plain", T0), plain);
    t.strictSame(await there.read("full", T0), full);
    t.equal(await there.read("other", T0), null);
  });

  t.test("idle for too long it is over, by our clock: for reading and for every change", async (t) => {
    const [here, there] = await nodes();
    await here.open(sessionOf("one"));
    const end = T0 + SESSION_IDLE_MS;
    t.match(await there.read("one", end - 1), { id: "one" });
    await over(t, there, "one", end);
  });

  t.test("a refresh moves the idle end on, and never past the absolute one", async (t) => {
    const [here, there] = await nodes();
    await here.open(sessionOf("one"));
    let now = T0;
    for (let turn = 1; turn <= 12; turn += 1) {
      now += SESSION_IDLE_MS - 1;
      const result = await (turn % 2 === 0 ? here : there).rotate(
        "one",
        rotation(turn === 1 ? "first" : `hash-${turn - 1}`, `hash-${turn}`, now),
      );
      t.match(result, {
        outcome: "rotated",
        session: { refreshHash: `hash-${turn}`, idleUntil: now + SESSION_IDLE_MS, expiresAt: T0 + SESSION_MS },
      });
    }
    t.match(await here.read("one", T0 + SESSION_MS - 1), { id: "one" });
    await over(t, there, "one", T0 + SESSION_MS);
  });

  t.test("two at once with the same token: one is rotated, the other ends the session", async (t) => {
    const [here, there] = await nodes();
    for (let turn = 0; turn < 16; turn += 1) {
      const id = `race-${turn}`;
      await here.open(sessionOf(id));
      const results = await Promise.all([here.rotate(id, rotation("first", "mine")), there.rotate(id, rotation("first", "yours"))]);
      t.same(results.map(({ outcome }) => outcome).sort(), ["reused", "rotated"]);
      t.match(
        results.find(({ outcome }) => outcome === "reused"),
        { session: { id, userId: "6c0b1f3a-user", tenantId: "2f7d-tenant" } },
      );
      await over(t, there, id, T0 + MINUTE);
    }
  });

  t.test("a token that was exchanged before ends the session of whoever has the newer one", async (t) => {
    const [here, there] = await nodes();
    await here.open(sessionOf("one"));
    await here.open(sessionOf("two"));
    await here.rotate("one", rotation("first", "second"));
    await here.rotate("one", rotation("second", "third"));
    t.match(await there.rotate("one", rotation("first", "fourth")), { outcome: "reused", session: { id: "one" } });
    t.strictSame(await here.rotate("one", rotation("third", "fourth")), { outcome: "invalid" });
    t.match(await here.read("two", T0), { id: "two" }, "no other session");
  });

  t.test("a token that was given without the last one being presented takes its place", async (t) => {
    const [here, there] = await nodes();
    await here.open(sessionOf("one", { refreshHash: "" }));
    t.equal(await there.reissue("one", { now: T0 + HOUR - 1, nextHash: "second", idleMs: SESSION_IDLE_MS }), true);
    t.match(await here.read("one", T0 + 2 * HOUR - 2), { refreshHash: "second" }, "a sign of life");
    t.match(await here.rotate("one", rotation("second", "third", T0 + HOUR)), { outcome: "rotated" });
  });

  t.test("the first token is given once, also to two at once", async (t) => {
    const [here, there] = await nodes();
    const step = (nextHash: string) => ({ now: T0 + 1, nextHash, idleMs: SESSION_IDLE_MS, first: true as const });
    for (let turn = 0; turn < 16; turn += 1) {
      const id = `first-${turn}`;
      await here.open(sessionOf(id, { refreshHash: "" }));
      const given = await Promise.all([here.reissue(id, step("mine")), there.reissue(id, step("yours"))]);
      t.same([...given].sort(), [false, true]);
      t.match(await here.read(id, T0 + 1), { refreshHash: given[0] ? "mine" : "yours", idleUntil: T0 + 1 + SESSION_IDLE_MS });
    }
    await here.open(sessionOf("had-one"));
    t.equal(await there.reissue("had-one", step("another")), false);
    t.strictSame(await here.read("had-one", T0), sessionOf("had-one"), "and nothing is changed");
    t.equal(await there.reissue("nobody", step("another")), false);
  });

  t.test("a proof takes the place of the older one of the same kind and method, and of no other", async (t) => {
    const [here, there] = await nodes();
    await here.open(sessionOf("one"));
    const proofs = [
      { kind: "email", methodId: "email-1", at: T0 + 1 },
      { kind: "email", methodId: "email-2", at: T0 + 2 },
      { kind: "phone", methodId: "phone-1", at: T0 + 3 },
      { kind: "email", methodId: "email-1", at: T0 + 4 },
      { kind: "password", at: T0 + 5 },
    ] as const;
    for (const proof of proofs) t.equal(await here.prove("one", { now: proof.at, proof: proof }), true);
    const read = await there.read("one", T0 + SECOND);
    t.strictSame(read, { ...sessionOf("one"), proofs: proofs.slice(1) }, "and nothing but the proofs changed");
    t.match(await there.rotate("one", rotation("first", "second")), { outcome: "rotated", session: { proofs: proofs.slice(1) } });
  });

  t.test("renewed it lives on under the new version, with the limit it is given or with none", async (t) => {
    const [here, there] = await nodes();
    await here.open(sessionOf("one", { limit: "change-password" }));
    t.equal(await here.renew("one", { now: T0 + 1, credentialVersion: 4, limit: "registration" }), true);
    t.strictSame(await there.read("one", T0 + 1), sessionOf("one", { credentialVersion: 4, limit: "registration" }));
    t.equal(await there.renew("one", { now: T0 + 2, credentialVersion: 5 }), true);
    t.strictSame(await here.read("one", T0 + 2), sessionOf("one", { credentialVersion: 5 }));
    t.match(await here.read("one", T0 + SESSION_IDLE_MS), null, "which makes it no longer");
  });

  t.test("what was put off is remembered, once each", async (t) => {
    const [here, there] = await nodes();
    await here.open(sessionOf("one"));
    for (const interrupt of ["register-security-info", "confirm-security-info", "register-security-info"] as const)
      t.equal(await here.skip("one", { now: T0, interrupt }), true);
    t.strictSame((await there.read("one", T0))?.skipped?.toSorted(), ["confirm-security-info", "register-security-info"]);
  });

  t.test("ended it is over, and ending it again does no harm", async (t) => {
    const [here, there] = await nodes();
    await here.open(sessionOf("one"));
    await here.open(sessionOf("two"));
    await there.end("one");
    await here.end("one");
    await here.end("never");
    await over(t, here, "one", T0);
    t.match(await here.read("two", T0), { id: "two" });
  });

  t.test("parallel changes of one session lose nothing", async (t) => {
    const [here, there] = await nodes();
    await here.open(sessionOf("one"));
    const ids = Array.from({ length: 32 }, (_, index) => `method-${index}`);
    await Promise.all(
      ids.map((methodId, index) => (index % 2 === 0 ? here : there).prove("one", { now: T0, proof: { kind: "email", methodId, at: T0 } })),
    );
    const read = await here.read("one", T0);
    t.same(read?.proofs.map(({ methodId }) => methodId ?? "").sort(), ["", ...ids].sort());
  });

  t.test("what comes out is a copy, and what goes in too", async (t) => {
    const [here] = await nodes();
    const given = sessionOf("one");
    await here.open(given);
    given.refreshHash = "changed";
    const read = await here.read("one", T0);
    if (read !== null) read.credentialVersion = 99;
    t.strictSame(await here.read("one", T0), sessionOf("one"));
  });
}

/** Nobody finds it, and nothing that is done to it brings it back. */
async function over(t: Test, store: SessionStore, id: string, now: number): Promise<void> {
  t.equal(await store.read(id, now), null);
  t.strictSame(await store.rotate(id, rotation("first", "next", now)), { outcome: "invalid" });
  t.equal(await store.reissue(id, { now, nextHash: "next", idleMs: SESSION_IDLE_MS }), false);
  t.equal(await store.prove(id, { now, proof: { kind: "password", at: now } }), false);
  t.equal(await store.renew(id, { now, credentialVersion: 9 }), false);
  t.equal(await store.skip(id, { now, interrupt: "confirm-security-info" }), false);
  t.equal(await store.read(id, now), null);
}

t.test("memory", async (t) => {
  suite(t, async () => {
    const store = createMemorySessionStore();
    return [store, store];
  });
});

t.test("redis", async (t) => {
  const database = await redisDatabase(t);
  const redis = database.connect();
  const nodes: Nodes = [createRedisSessionStore(redis), createRedisSessionStore(database.connect())];
  suite(t, async () => {
    await database.empty();
    return nodes;
  });

  t.test("nothing stays for ever, whatever is done to it", async (t) => {
    await database.empty();
    const [store] = nodes;
    const life = () => redis.pttl("session:one");
    const within = async (ms: number) => {
      const left = await life();
      t.ok(left > ms - 10 * SECOND && left <= ms, `${left} ms`);
    };
    await store.open(sessionOf("one"));
    await within(SESSION_IDLE_MS);
    await store.prove("one", { now: T0, proof: { kind: "password", at: T0 } });
    await store.renew("one", { now: T0, credentialVersion: 4 });
    await store.skip("one", { now: T0, interrupt: "confirm-security-info" });
    await within(SESSION_IDLE_MS);
    await store.rotate("one", rotation("first", "second", T0 + MINUTE));
    await within(SESSION_IDLE_MS);
    await store.reissue("one", { now: T0 + MINUTE, nextHash: "third", idleMs: 2 * SESSION_MS });
    await within(SESSION_MS - MINUTE);
  });
});

for (const kind of INSTALLATIONS) {
  t.test(kind, async (t) => {
    const installation = await redisInstallation(t, kind);
    const node = async () => createRedisSessionStore(await installation.connect());
    const nodes: Nodes = [await node(), await node()];
    suite(t, async () => {
      await installation.empty();
      return nodes;
    });
  });
}
