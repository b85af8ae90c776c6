import fc from "fast-check";
import t from "tap";
import { SECOND } from "../../src/kit/clock.ts";
import { METHODS } from "../../src/methods/method.ts";
import type { ResetFlow } from "../../src/resets/reset-flow.ts";
import { createMemoryResetStore } from "../../src/resets/reset-store.memory.ts";
import { createRedisResetStore } from "../../src/resets/reset-store.redis.ts";
import type { ResetStore } from "../../src/resets/reset-store.ts";
import { redisDatabase } from "../builders/redis-database.ts";
import { INSTALLATIONS, redisInstallation } from "../builders/redis-installation.ts";
import { accountNumber, addressOf, decoyOf, FLOW_LIFE, flowOf, T0 } from "../builders/reset-flow.ts";

const RUNS = Number(process.env.TWIN_RUNS ?? 400);

// Few accounts, flows and challenges, so that the steps of a sequence meet one another.
const [first, second, third] = [accountNumber(1), accountNumber(1), accountNumber(2)];
const methods: ResetFlow["methods"] = {
  ...flowOf(first).methods,
  voice: [{ id: "phone-1", revision: 3 }],
  securityQuestions: [{ id: "questions-1", revision: 1 }],
};
const FLOWS: readonly ResetFlow[] = [
  flowOf(first, { methods }),
  flowOf(first, { methods, offered: { email: true, sms: true, voice: true } }),
  flowOf(first, { methods: { sms: [{ id: "phone-1", revision: 3 }] }, sources: "familiar" }),
  decoyOf(second),
  flowOf(third, { methods, userId: "user-3" }),
  flowOf(first, { methods, purpose: "unlock" }),
  flowOf(first, { methods, purpose: "sign-in", sources: "signed-in" }),
  flowOf(third, { methods, purpose: "proof", sources: "stepping-up" }),
];
const CHALLENGES = ["s-1", "s-2", "t-1", "t-2"];
const CLAIMS = ["claim-1", "claim-2"];
const STARTS = [
  { limit: 2, windowMs: 40 * SECOND },
  { limit: 5, windowMs: 120 * SECOND },
];
const WRONG_PROOFS = [
  { limit: 4, windowMs: 60 * SECOND },
  { limit: 7, windowMs: 300 * SECOND },
];

/** Mostly one of the first two, so that a sequence gets somewhere. */
const flow = fc.oneof({ weight: 2, arbitrary: fc.nat(1) }, { weight: 1, arbitrary: fc.nat(FLOWS.length - 1) });
/** Mostly the challenge that is pending. */
const typedFor = fc.oneof({ weight: 5, arbitrary: fc.constant("latest") }, { weight: 1, arbitrary: fc.constantFrom(...CHALLENGES) });
/** The pending one, or one before it. */
const takenBack = fc.oneof({ weight: 1, arbitrary: fc.constant("latest") }, { weight: 1, arbitrary: fc.constantFrom(...CHALLENGES) });
const claimId = fc.constantFrom(...CLAIMS);
const rightToken = fc.integer({ min: 0, max: 29 }).map((number) => number !== 17);
const target = fc.option(fc.constantFrom({ id: "email-1", revision: 1 }, { id: "app-1", revision: 2 }), { nil: undefined });

const action = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("open" as const), flow, workProved: fc.boolean() }) },
  {
    weight: 24,
    arbitrary: fc.record({
      do: fc.constant("challenge" as const),
      flow,
      rightToken,
      challengeId: fc.constantFrom(...CHALLENGES),
      method: fc.constantFrom("email", "email", "sms", "sms", "voice", "authenticatorApp", "authenticatorApp", "securityQuestions"),
      methodId: fc.option(fc.constantFrom("email-1", "phone-2", "nobody"), { nil: undefined, freq: 2 }),
    }),
  },
  {
    weight: 36,
    arbitrary: fc.record({
      do: fc.constant("verify" as const),
      flow,
      rightToken,
      challengeId: typedFor,
      matches: fc.constantFrom("yes", "no", "later"),
    }),
  },
  { weight: 12, arbitrary: fc.record({ do: fc.constant("prove" as const), flow, rightToken, challengeId: typedFor, target }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("retract" as const), flow, challengeId: takenBack, sent: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("report" as const), flow, challengeId: typedFor, notSent: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("read" as const, "peek" as const), flow, rightToken }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cancel" as const), flow, rightToken }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("claim" as const, "release" as const), flow, rightToken, claimId }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("finish" as const), flow }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("void" as const), flow }) },
  // Nodes do not agree to the millisecond, so the clock may go back a little.
  { weight: 10, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: -50, max: 10 * SECOND }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 10 * SECOND, max: 200 * SECOND }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("move" as const), limit: fc.integer({ min: 1, max: 5 }) }) },
);
type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never;

const OPENED = FLOWS.map((_, index): Action => ({ do: "open", flow: index, workProved: true }));
const MOVE_ALL: Action = { do: "move", limit: 10_000 };

interface Moment {
  readonly now: number;
  readonly eventId: string;
  /** By flow: the event of its start, and the challenge it was given last. */
  readonly started: ReadonlyMap<string, string>;
  readonly latest: ReadonlyMap<string, string>;
}

/** One action on one store. What has no answer answers `null`. */
async function act(
  store: ResetStore,
  step: Exclude<Action, { do: "wait" | "move" }>,
  { now, eventId, started, latest }: Moment,
): Promise<unknown> {
  const chosen = FLOWS[step.flow];
  if (chosen === undefined) throw new Error("no such flow");
  const address = addressOf(chosen);
  const tokenHash = "rightToken" in step && !step.rightToken ? "hash-of-another" : chosen.tokenHash;
  const asked = "challengeId" in step ? step.challengeId : "none";
  const challengeId = asked === "latest" ? (latest.get(chosen.id) ?? "none") : asked;
  switch (step.do) {
    case "open":
      return store.open(address, {
        now,
        eventId,
        flow: { ...chosen, openedAt: now, expiresAt: now + FLOW_LIFE },
        starts: STARTS,
        workProved: step.workProved,
      });
    case "challenge": {
      const { method, methodId } = step;
      const { kind, sent } = METHODS[method];
      const limits = { codeTtlMs: 150 * SECOND, resendMs: 20 * SECOND, codes: 4, challenges: 6, wrongProofs: WRONG_PROOFS };
      const asked = { now, eventId, tokenHash, challengeId, method, kind, sent, ...limits };
      return store.challenge(address, methodId === undefined ? asked : { ...asked, methodId });
    }
    case "verify":
      return store.verify(address, {
        ...{ now, eventId, tokenHash, challengeId, matches: step.matches },
        ...{ tries: 3, wrongProofs: WRONG_PROOFS },
      });
    case "prove":
      return store.prove(address, {
        ...{ now, eventId, tokenHash, challengeId, wrongProofs: WRONG_PROOFS },
        ...(step.target === undefined ? {} : { target: step.target }),
      });
    case "read":
      return store.read(address, { now, tokenHash });
    case "peek":
      return store.peek(address, { now });
    case "cancel":
      return store.cancel(address, { now, tokenHash, eventId });
    case "claim":
      return store.claim(address, { now, tokenHash, claimId: step.claimId, leaseMs: 30 * SECOND });
    case "release":
      await store.release(address, { claimId: step.claimId });
      return null;
    case "finish":
      await store.finish(address, { account: chosen.account, now });
      return null;
    case "retract":
      await store.retract(address, { challengeId, sent: step.sent, eventId: started.get(chosen.id) ?? "never" });
      return null;
    case "report":
      await store.report(address, { challengeId, notSent: step.notSent });
      return null;
    case "void":
      await store.void(address, { account: chosen.account, eventId: started.get(chosen.id) ?? "never", sources: chosen.sources });
      return null;
  }
}

/** The events of each bucket, oldest first; forgets the first `limit` of each. */
async function move(store: ResetStore, limit: number): Promise<Record<string, unknown[]>> {
  const kept = await store.events(10_000);
  const buckets: Record<string, unknown[]> = { b01: [], b02: [] };
  const receipts: string[] = [];
  for (const { event, receipt } of kept) {
    const bucket = buckets[event.flowId.slice(0, 3)];
    bucket?.push(event);
    if ((bucket?.length ?? 0) <= limit) receipts.push(receipt);
  }
  await store.forget(receipts);
  return buckets;
}

/** Runs random sequences on a store in memory and on one in Redis; how often they met each outcome. */
async function compare(redis: ResetStore, empty: () => Promise<void>, numRuns: number): Promise<Record<string, number>> {
  const met: Record<string, number> = {};
  const property = fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 60, size: "max" }), async (actions) => {
    await empty();
    const memory = createMemoryResetStore();
    const started = new Map<string, string>();
    const latest = new Map<string, string>();
    let now = T0;
    for (const [number, step] of [...OPENED, ...actions, MOVE_ALL].entries()) {
      if (step.do === "wait") now += step.ms;
      else if (step.do === "move") same(await move(memory, step.limit), await move(redis, step.limit), "events");
      else {
        const moment = { now, eventId: `event-${number}`, started, latest };
        const [here, there] = [await act(memory, step, moment), await act(redis, step, moment)];
        same(here, there, step.do);
        const outcome = `${step.do} ${(here as { outcome?: string } | null)?.outcome ?? "done"}`;
        met[outcome] = (met[outcome] ?? 0) + 1;
        const flowId = FLOWS[step.flow]?.id ?? "";
        if (outcome === "open open") started.set(flowId, moment.eventId);
        if (step.do === "challenge" && outcome === "challenge challenged") latest.set(flowId, step.challengeId);
      }
    }
  });
  await fc.assert(property, { numRuns });
  return met;
}

t.test("the store in memory and the store in Redis do the same in every sequence of steps", async (t) => {
  const database = await redisDatabase(t);
  const met = await compare(createRedisResetStore(database.connect()), database.empty, RUNS);
  for (const outcome of EVERY_OUTCOME) t.ok(met[outcome], `the sequences met: ${outcome}`);
});

for (const kind of INSTALLATIONS) {
  t.test(`and so does the store in ${kind}`, async (t) => {
    const installation = await redisInstallation(t, kind);
    const met = await compare(createRedisResetStore(await installation.connect()), installation.empty, RUNS / 8);
    t.ok(met["verify passed"] && met["claim claimed"], "the sequences got somewhere");
  });
}

/** fast-check wants an exception, and the two values in it. */
function same(memory: unknown, redis: unknown, what: string): void {
  const [here, there] = [sorted(memory), sorted(redis)];
  if (here !== there) throw new Error(`${what}\nmemory: ${here}\nredis:  ${there}`);
}

/** JSON with its keys in order. A field that is there and undefined is a difference: what is absent must be absent. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (part === undefined) return "undefined";
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

const EVERY_OUTCOME = [
  ...[
    "open open",
    "open work",
    "void done",
    "retract done",
    "report done",
    "finish done",
    "release done",
    "cancel found",
    "cancel invalid",
  ],
  ...["challenge challenged", "challenge limited", "challenge not-offered", "challenge invalid"],
  ...["verify passed", "verify counted", "verify rejected", "verify limited", "verify invalid"],
  ...["prove passed", "prove rejected", "prove invalid", "claim claimed", "claim invalid"],
  ...["read found", "read invalid", "peek found", "peek invalid"],
];
