import type { AskSecondPerson, Clearance, WeightyAct } from "../administration/two-person-rule.ts";
import { faulty } from "../kit/field-faults.ts";
import { Problem } from "../kit/problem.ts";
import type { Act } from "../users/user-writer.ts";
import { decideAdministratorPolicy, decideRestore, decideTenantPolicy } from "./decide-policy.ts";
import type { JsonObject } from "./merge-patch.ts";
import type { Decision, Policies, PolicyChange, PolicyStore, StoredPolicies } from "./policy-store.ts";
import type { WishedAdministratorPolicy } from "./two-gate-floor.ts";
import { weakens } from "./weakening.ts";

type WeakenPolicy = Extract<WeightyAct, { kind: "weaken-policy" }>;
/** A change as a second person is asked about it. */
type Wish = Pick<WeakenPolicy, "which" | "patch">;

interface Deps {
  readonly store: PolicyStore;
  readonly askSecondPerson: AskSecondPerson;
}

/** Whether the caller has seen this version. */
type Matches = (version: number) => boolean;

export type PolicyAnswer =
  | { readonly outcome: "kept"; readonly stored: StoredPolicies }
  /** It would weaken, and waits for a second person. */
  | { readonly outcome: "waiting"; readonly approvalId: string };

/**
 * Changes of the policies. A refusal changes nothing.
 * @throws {Problem} `precondition-failed`, `invalid-request`, `two-gate-floor`, `not-found` (no such version), `conflict` (nobody to be a
 * second person), and what asking a second person ends in
 */
export interface ChangePolicies {
  /** A merge patch of the policy of everybody. */
  people(act: Act, matches: Matches, patch: JsonObject): Promise<PolicyAnswer>;
  administrators(act: Act, matches: Matches, patch: Partial<WishedAdministratorPolicy>): Promise<PolicyAnswer>;
  /** Both policies as they were at a version: a change like any other, so what may not be any more is refused. */
  restore(act: Act, matches: Matches, version: number): Promise<PolicyAnswer>;
  /** What a second person has agreed to, in the name of whoever asked, and only while the policy stands at the version that both have seen. */
  agreed(act: Act, weighty: WeakenPolicy): Promise<StoredPolicies>;
}

export function createChangePolicies(deps: Deps): ChangePolicies {
  const { store } = deps;
  return {
    people: (act, matches, patch) => clearAndChange(deps, act, matches, { which: "users", patch }),
    administrators: (act, matches, patch) => clearAndChange(deps, act, matches, { which: "administrators", patch: { ...patch } }),
    restore: (act, matches, version) => clearAndChange(deps, act, matches, { which: "restore", patch: { version } }),
    async agreed(act, weighty) {
      const decide = await decisionOf(store, act.tenantId, weighty);
      return kept(store, act, await store.change(act, (version) => version === weighty.version, noting(decide, { agreed: true })));
    },
  };
}

const ALONE: Clearance = { outcome: "cleared", alone: true };

async function clearAndChange(deps: Deps, act: Act, matches: Matches, wish: Wish): Promise<PolicyAnswer> {
  const { store } = deps;
  const decide = await decisionOf(store, act.tenantId, wish);
  // Somebody else may be quicker each time, and has then got on; only whoever said that any version will do stays that long.
  let alone = false;
  for (;;) {
    const current = await store.read(act.tenantId);
    if (!matches(current.version)) throw new Problem("precondition-failed");
    // Who goes on alone has been recorded and told of once: not again for each race that is lost.
    const clearance: Clearance = alone ? ALONE : await clear(deps, act, wish, current, decide);
    if (clearance.outcome === "waiting") return clearance;
    alone = clearance.alone;
    const details = alone ? { alone } : {};
    // The very version that was judged: what it weakens is known of no other.
    const done = await store.change(act, (version) => version === current.version, noting(decide, details));
    if (done.outcome !== "stale") return { outcome: "kept", stored: await kept(store, act, done) };
  }
}

async function clear({ store, askSecondPerson }: Deps, act: Act, wish: Wish, current: StoredPolicies, decide: Decide) {
  const unasked = { outcome: "cleared", alone: false } as const;
  const decision = decide(current);
  // What is refused anyway is refused where it is recorded, too.
  if (decision.outcome !== "accepted" || weakens(current, decision.policies).length === 0) return unasked;
  if ((await store.unknownGroups(act.tenantId, decision.policies.policy.groups)).length > 0) return unasked;
  return askSecondPerson(act, { kind: "weaken-policy", ...wish, version: current.version });
}

type Decide = (current: Policies) => Decision;

/** @throws {Problem} `not-found` for a version that never was */
async function decisionOf(store: PolicyStore, tenantId: string, { which, patch }: Wish): Promise<Decide> {
  switch (which) {
    case "users":
      return (current) => decideTenantPolicy(current, patch as JsonObject);
    case "administrators":
      return (current) => decideAdministratorPolicy(current, patch as Partial<WishedAdministratorPolicy>);
    case "restore": {
      const then = await store.readVersion(tenantId, Number(patch.version));
      if (then === null) throw new Problem("not-found");
      return () => decideRestore(then);
    }
  }
}

/** The same decision, with what it weakens and more to be kept on the record. */
function noting(decide: Decide, more: Readonly<Record<string, unknown>>): Decide {
  return (current) => {
    const decision = decide(current);
    if (decision.outcome !== "accepted") return decision;
    const weakened = weakens(current, decision.policies);
    return { ...decision, details: { ...decision.details, ...(weakened.length > 0 ? { weakened } : {}), ...more } };
  };
}

async function kept(store: PolicyStore, act: Act, done: PolicyChange): Promise<StoredPolicies> {
  switch (done.outcome) {
    case "kept":
      return done.stored;
    case "stale":
      throw new Problem("precondition-failed");
    case "faulty":
      throw faulty(done.faults);
    case "too-few-approvers":
      throw new Problem("conflict", {
        detail: "The two-person rule needs two Global Administrators who are enabled and not kept for emergencies.",
        extensions: { reason: "too-few-approvers" },
      });
    case "below-floor":
      // Outside the transaction, which changed nothing: the attempt stays on record.
      await store.recordRefusal(act, done.reason);
      throw new Problem("two-gate-floor", { detail: done.reason });
  }
}
