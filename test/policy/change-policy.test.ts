import t from "tap";
import { createChangePolicies } from "../../src/policy/change-policy.ts";
import type { PolicyStore, StoredPolicies } from "../../src/policy/policy-store.ts";
import { DEFAULT_ADMINISTRATOR_POLICY, DEFAULT_POLICY } from "../../src/policy/tenant-policy.ts";

t.test("whoever may go on alone is recorded and told of once, however many races the change loses", async (t) => {
  let version = 1;
  const stored = (): StoredPolicies => ({
    version,
    policy: { ...DEFAULT_POLICY, disclosure: "private", twoPersonRule: true },
    administratorPolicy: DEFAULT_ADMINISTRATOR_POLICY,
  });
  const details: unknown[] = [];
  const never = () => Promise.reject(new Error("not asked for here"));
  const store: PolicyStore = {
    read: async () => stored(),
    readVersion: never,
    history: never,
    unknownGroups: async () => [],
    recordRefusal: never,
    async change(_, matches, decide) {
      // Somebody else was quicker, twice.
      if (version < 3) version += 1;
      if (!matches(version)) return { outcome: "stale" };
      const decision = decide(stored());
      if (decision.outcome === "accepted") details.push(decision.details);
      return { outcome: "kept", stored: stored() };
    },
  };
  let asked = 0;
  const askSecondPerson = async () => {
    asked += 1;
    return { outcome: "cleared", alone: true } as const;
  };
  const act = { tenantId: "t-1", actor: { kind: "user", id: "u-1" }, roles: ["globalAdministrator"], now: 0 } as const;
  const answer = await createChangePolicies({ store, askSecondPerson }).people(act, () => true, { disclosure: "helpful" });
  t.match(answer, { outcome: "kept", stored: { version: 3 } });
  t.equal(asked, 1);
  t.match(details, [{ alone: true, weakened: ["disclosure"] }]);
});
