import assert from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { DAY } from "../../src/kit/clock.ts";
import { CHALLENGE_METHODS, METHOD_TYPES } from "../../src/methods/method.ts";
import { CONSECUTIVE_FAILURES_ALLOWED, INELIGIBLE_REASONS, judgeEligibility } from "../../src/policy/eligibility.ts";
import { PLANS } from "../../src/policy/entitlements.ts";
import { accountOf, methodOf, tenantOf } from "../builders/account.ts";
import { T0 } from "../builders/reset-flow.ts";

const GROUPS = ["g-1", "g-2", "g-3"];
const everything = new Set(CHALLENGE_METHODS);

const method = fc
  .record({
    id: fc.uuid(),
    type: fc.constantFrom(...METHOD_TYPES),
    verified: fc.boolean(),
    source: fc.constantFrom("admin" as const, "user" as const),
    usableFrom: fc.constantFrom(null, T0 - 1, T0, T0 + DAY),
    consecutiveFailures: fc.constantFrom(0, CONSECUTIVE_FAILURES_ALLOWED - 1, CONSECUTIVE_FAILURES_ALLOWED),
  })
  .map(({ type, ...rest }) => methodOf(type, rest));
/** Mostly without what stops a reset early: otherwise hardly any would ever be judged by its methods. */
const mostly = fc.boolean().chain((first) => (first ? fc.constant(true) : fc.boolean()));
const policy = fc.record({
  scope: fc.constantFrom("none" as const, "selected" as const, "all" as const, "all" as const),
  groups: fc.subarray(GROUPS),
  methodsRequired: fc.constantFrom(1 as const, 2 as const),
  methods: fc.subarray([...CHALLENGE_METHODS], { minLength: 1 }),
  prefilledMethodsCount: fc.boolean(),
  writeback: fc.record({ enabled: fc.boolean(), unlockWithoutReset: fc.boolean() }),
});
const account = fc
  .record({
    tenant: fc.record({ plan: fc.constantFrom(...PLANS), licensed: mostly, policy, administratorPolicy: fc.record({ enabled: mostly }) }),
    enabled: mostly,
    licensed: mostly,
    recoveryFrozen: mostly.map((open) => !open),
    directoryId: fc.constantFrom(null, null, "directory-1"),
    roles: fc.constantFrom([], [], ["globalReader"], ["userAdministrator"], ["aRoleOfTomorrow"]),
    groups: fc.subarray(GROUPS),
    methods: fc.array(method, { maxLength: 6 }),
  })
  .map(({ tenant, ...rest }) => accountOf({ ...rest, tenant: tenantOf(tenant) }));

t.test("what is explained is what is decided, whoever it is", async (t) => {
  const seen = new Set<string | null>();
  fc.assert(
    fc.property(account, fc.subarray([...CHALLENGE_METHODS]), (someone, some) => {
      const { canReset, reason, trace, methodsUsable } = judgeEligibility(someone, { now: T0, deliverable: new Set(some) });
      seen.add(reason);
      const failed = trace.filter(({ outcome }) => outcome === "failed");
      assert.equal(canReset, failed.length === 0);
      assert.equal(reason, failed[0]?.reason ?? null);
      const order = failed.map((rule) => INELIGIBLE_REASONS.indexOf(rule.reason ?? "account-disabled"));
      t.same(
        order,
        [...new Set(order)].sort((a, b) => a - b),
        "each reason once, in its order",
      );
      for (const { outcome, reason: why, detail } of trace) {
        assert.equal(why !== undefined, outcome === "failed");
        assert.match(detail, /^[A-Z].{10,}\.$/u, "a sentence");
      }
      // Every value that is registered is told of, whether it counts or not.
      const words = trace.map(({ detail }) => detail).join(" ");
      for (const { hint } of someone.methods) assert.ok(words.includes(hint), `${hint} in ${words}`);
      if (canReset) assert.ok(methodsUsable.length > 0);
    }),
    { numRuns: 2_000 },
  );
  t.same(new Set([...INELIGIBLE_REASONS, null]), seen, "every reason came up");
});

t.test("whoever can reset still can with one thing more, and cannot with none of what counted", async () => {
  fc.assert(
    fc.property(account, method, (someone, more) => {
      const circumstances = { now: T0, deliverable: everything };
      const before = judgeEligibility(someone, circumstances);
      if (!before.canReset) return;
      assert.ok(judgeEligibility({ ...someone, methods: [...someone.methods, more] }, circumstances).canReset);
      const counted = new Set(before.methodsUsable.map(({ methodId }) => methodId));
      const without = { ...someone, methods: someone.methods.filter(({ id }) => !counted.has(id)) };
      assert.equal(judgeEligibility(without, circumstances).reason, "too-few-methods");
    }),
    { numRuns: 1_000 },
  );
});

t.test("the words name what helps: the groups, the role, the time, the method", async (t) => {
  const words = (someone: Parameters<typeof accountOf>[0], rule: string, groupNames = new Map([["g-1", "Pilot"]])) =>
    judgeEligibility(accountOf(someone), { now: T0, deliverable: new Set(["email", "sms"]), groupNames })
      .trace.filter((one) => one.rule === rule)
      .map(({ detail }) => detail)
      .join(" ");
  const tenant = tenantOf({ policy: { scope: "selected", groups: ["g-1", "g-2"], methods: ["email", "sms", "authenticatorApp"] } });
  t.equal(words({ tenant, groups: ["g-1"] }, "group"), "The person is in Pilot.");
  t.equal(words({ tenant }, "group"), "The person is in no selected group (selected: Pilot, g-2).");
  t.match(words({ roles: ["userAdministrator", "globalReader"] }, "policy"), /administrators applies, because of: User Administrator\.$/);
  t.match(words({ tenant }, "methods-allowed"), /authenticator app too, which is not set up here/);
  t.match(
    words({ methods: [methodOf("email", { usableFrom: T0 + DAY })] }, "method-waits"),
    /email address hint of email .*2031-05-18T09:30/,
  );
  t.match(
    words({ methods: [methodOf("mobilePhone", { consecutiveFailures: 30 })] }, "method-blocked"),
    /mobile phone .* 30 times in a row/,
  );
});
