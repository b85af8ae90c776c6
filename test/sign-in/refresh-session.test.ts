import t from "tap";
import { createSealer } from "../../src/keys/sealer.ts";
import { systemRandom as random } from "../../src/kit/random.ts";
import { createRefreshSession } from "../../src/sign-in/refresh-session.ts";
import { newRefreshToken, sessionOfRefreshToken } from "../../src/sign-in/refresh-tokens.ts";
import { SESSION_IDLE_MS, SESSION_MS } from "../../src/sign-in/session.ts";
import { createMemorySessionStore } from "../../src/sign-in/session-store.memory.ts";
import { LIMITS } from "../../src/throttle/limits.ts";
import { createMemoryThrottleStore } from "../../src/throttle/throttle-store.memory.ts";
import { keyringOf } from "../builders/keyring.ts";
import { T0 } from "../builders/reset-flow.ts";

t.test("a part that was away when a token came uses nothing up: the client tries again with the same one", async (t) => {
  const sessions = createMemorySessionStore();
  const { refreshToken, refreshHash } = newRefreshToken("A".repeat(22), random);
  const id = sessionOfRefreshToken(refreshToken) ?? "";
  const times = { openedAt: T0, expiresAt: T0 + SESSION_MS, idleUntil: T0 + SESSION_IDLE_MS };
  await sessions.open({ id, userId: "user", tenantId: "tenant", credentialVersion: 1, ...times, refreshHash, proofs: [] });
  let away = true;
  const records: string[] = [];
  const refresh = createRefreshSession({
    sessions,
    async presentVersion() {
      if (away) throw new Error("away");
      return 1;
    },
    tenantOpen: async () => true,
    interruptsOf: async () => ({ interrupts: [], skippable: [] }),
    tokens: { sign: ({ sid }) => `access to ${sid}`, verify: () => null },
    throttle: createMemoryThrottleStore(),
    sealer: createSealer(keyringOf("refresh")),
    limits: LIMITS,
    clock: { now: () => T0 },
    random,
    record: async ({ type }) => records.push(type),
  });
  const origin = { address: "203.0.113.5" };
  await t.rejects(refresh(refreshToken, origin), { message: "away" });
  away = false;
  t.match(await refresh(refreshToken, origin), { next: "done", accessToken: `access to ${id}` });
  t.same(records, []);
  await t.rejects(refresh(refreshToken, origin), { code: "unauthenticated" });
  t.same(records, ["session.reuse"]);
});
