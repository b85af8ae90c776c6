import fc from "fast-check";
import t from "tap";
import { MINUTE } from "../../src/kit/clock.ts";
import { CHALLENGE_METHODS, type ChallengeMethod, METHODS } from "../../src/methods/method.ts";
import { createMemoryResetStore } from "../../src/resets/reset-store.memory.ts";
import { createRedisResetStore } from "../../src/resets/reset-store.redis.ts";
import type { ResetStore } from "../../src/resets/reset-store.ts";
import { redisDatabase } from "../builders/redis-database.ts";
import { GateWalk } from "./gate-walk.ts";
import { PEOPLE, type Standing, VALUES, type ValueName } from "./gate-world.ts";

const SEQUENCES = Number(process.env.GATE_SEQUENCES ?? 20_000);
const SEQUENCES_ON_REDIS = 500;

const slot = fc.constantFrom(0, 0, 1, 2);
const person = fc.constantFrom(...PEOPLE);
const method = fc.constantFrom<ChallengeMethod>(
  "email",
  "email",
  "sms",
  "sms",
  "authenticatorApp",
  "voice",
  "officePhone",
  "recoveryCode",
  "securityQuestions",
);
const valueName = fc.constantFrom(...(Object.keys(VALUES) as ValueName[]));
const some = <T>(words: readonly T[]) => fc.subarray([...words], { minLength: 1 });

const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("open" as const), slot, person: fc.constantFrom(...PEOPLE, "nobody" as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant("challenge" as const), slot, method, value: fc.option(valueName, { nil: undefined, freq: 3 }) }),
  },
  // The code of any challenge of any slot, typed as the answer to any challenge of any slot.
  {
    weight: 9,
    arbitrary: fc.record({ do: fc.constant("type" as const), slot, asked: slot, askedBack: fc.nat(2), of: slot, ofBack: fc.nat(2) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wrong" as const), slot, times: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("own" as const), slot, askedBack: fc.nat(1), person, right: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("prove" as const), slot }) },
  // A person who does it right: asks and types what came.
  { weight: 14, arbitrary: fc.record({ do: fc.constant("pass" as const), slot, method }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("complete" as const), slot, granted: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cancel" as const), slot }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("roles" as const),
      person,
      roles: some(["helpdeskAdministrator", "globalReader", "roleOfNextYear"]),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("noRoles" as const), person }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("policy" as const),
      methodsRequired: fc.constantFrom<1 | 2>(1, 2),
      methods: some(CHALLENGE_METHODS),
      scope: fc.constantFrom("all", "all", "all", "none"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("administrators" as const),
      enabled: fc.boolean(),
      methods: some(["email", "sms", "voice", "officePhone", "authenticatorApp"] as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("value" as const),
      person,
      value: valueName,
      standing: fc.constantFrom<Standing>("verified", "verified", "prefilled", "unconfirmed", "blocked", "absent"),
      changed: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("enabled" as const), person, enabled: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 6 * MINUTE }) }) },
);
type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never;

/** One action; then every reset it may have touched is compared with what was really proved. */
async function act(walk: GateWalk, step: Action): Promise<void> {
  const { world } = walk;
  const challengeOf = (of: number, back: number) => walk.slots[of]?.challenges.at(-1 - back);
  switch (step.do) {
    case "open":
      return walk.open(step.slot, step.person);
    case "challenge":
      return walk.challenge(step.slot, step.method, step.value);
    case "type": {
      const [from, of] = [walk.slots[step.of], challengeOf(step.of, step.ofBack)];
      return walk.type(
        step.slot,
        challengeOf(step.asked, step.askedBack),
        from === undefined || of === undefined ? undefined : { of, flow: from.flow },
      );
    }
    case "wrong":
      for (let tries = 0; tries < step.times; tries += 1) await walk.type(step.slot, challengeOf(step.slot, 0), undefined);
      return;
    case "own":
      return walk.typeOwn(step.slot, challengeOf(step.slot, step.askedBack), step.person, step.right);
    case "prove":
      return walk.prove(step.slot);
    case "pass":
      return pass(walk, step.slot, step.method);
    case "complete":
      // A role may be granted between the claim and the last judgement.
      await walk.complete(step.slot, () => {
        if (step.granted) world.of("nina").roles = ["helpdeskAdministrator"];
      });
      return;
    case "cancel":
      return walk.cancel(step.slot);
    case "wait":
      return walk.wait(step.ms);
    case "roles":
      world.of(step.person).roles = step.roles;
      return;
    case "noRoles":
      world.of(step.person).roles = [];
      return;
    case "enabled":
      world.of(step.person).enabled = step.enabled;
      return;
    case "policy": {
      const { scope, methodsRequired, methods } = step;
      world.policy = { scope, methodsRequired, methods };
      return;
    }
    case "administrators":
      world.administrators = { enabled: step.enabled, methods: step.methods };
      return;
    case "value": {
      const value = world.of(step.person).values.get(step.value);
      if (value !== undefined) Object.assign(value, { standing: step.standing, revision: value.revision + (step.changed ? 1 : 0) });
      return;
    }
  }
}

async function pass(walk: GateWalk, at: number, by: ChallengeMethod): Promise<void> {
  if (walk.slots[at] === undefined) await walk.open(at, "nina");
  await walk.challenge(at, by);
  const flow = walk.slots[at]?.flow;
  const of = walk.slots[at]?.challenges.at(-1);
  if (flow === undefined || of === undefined) return;
  if (!METHODS[by].sent) {
    await walk.typeOwn(at, of, flow.userId === "omar" ? "omar" : "nina", true);
    return walk.prove(at);
  }
  return walk.type(at, of, { of, flow });
}

interface Story {
  readonly privileged: boolean;
  readonly steps: readonly Action[];
}

const story: fc.Arbitrary<Story> = fc.record({
  privileged: fc.boolean(),
  steps: fc.array(action, { minLength: 4, maxLength: 24, size: "max" }),
});

async function tell(store: ResetStore, { privileged, steps }: Story, met: Record<string, number>): Promise<void> {
  const walk = new GateWalk(store);
  if (privileged) walk.world.of("nina").roles = ["globalAdministrator"];
  await walk.open(0, "nina");
  for (const step of steps) {
    await act(walk, step);
    // A change of the world touches every reset; any other step its own.
    if ("slot" in step) await walk.isOpen(step.slot);
    else for (const at of [0, 1, 2]) await walk.isOpen(at);
  }
  for (const [what, times] of Object.entries(walk.met)) met[what] = (met[what] ?? 0) + times;
}

t.test(`in ${SEQUENCES} random sequences the gates open exactly when enough was really proved`, async (t) => {
  const met: Record<string, number> = {};
  const property = fc.asyncProperty(story, (told) => tell(createMemoryResetStore(), told, met));
  await fc.assert(property, { numRuns: SEQUENCES });
  const pairs = Object.keys(met).filter((what) => /^open administrator after \w+( and \w+)?$/.test(what));
  t.strictSame(
    pairs.sort().map((what) => what.replace("open administrator after ", "")),
    ["authenticatorApp and email", "authenticatorApp and phone", "email and phone"],
    "what opened for administrators, with two kinds proved or fewer",
  );
  const often = ["verify passed", "verify rejected", "verify counted", "prove passed", "prove rejected", "challenge not-offered"];
  for (const what of [...often, "completed user", "completed administrator", "shut between claim and commit"])
    t.ok((met[what] ?? 0) > SEQUENCES / 500, `${what}: ${met[what]}`);
});

t.test("the same on Redis, in fewer", async (t) => {
  const database = await redisDatabase(t);
  const store = createRedisResetStore(database.connect());
  const met: Record<string, number> = {};
  const property = fc.asyncProperty(story, async (told) => {
    await database.empty();
    await tell(store, told, met);
  });
  await fc.assert(property, { numRuns: SEQUENCES_ON_REDIS });
  t.ok((met["completed user"] ?? 0) > 0);
});
