import type { Actor } from "../audit/audit-event.ts";
import type { Clock } from "../kit/clock.ts";
import { faulty } from "../kit/field-faults.ts";
import { Problem } from "../kit/problem.ts";
import { judgePolicy } from "./judge-policy.ts";
import { type Json, type JsonObject, mergePatch } from "./merge-patch.ts";
import type { Decision, Policies, PolicyStore, StoredPolicies } from "./policy-store.ts";
import type { AdministratorPolicy } from "./tenant-policy.ts";
import { breaksTwoGateFloor, type WishedAdministratorPolicy } from "./two-gate-floor.ts";

interface Deps {
  readonly store: PolicyStore;
  readonly clock: Clock;
}

interface Change<Patch> {
  readonly tenantId: string;
  readonly actor: Actor;
  /** Whether the caller has seen this version. */
  readonly matches: (version: number) => boolean;
  readonly patch: Patch;
}

/** @throws {Problem} `precondition-failed`, `invalid-request`, `two-gate-floor`; a refusal changes nothing */
export type ChangePolicy = (change: Change<JsonObject>) => Promise<StoredPolicies>;
export type ChangeAdministratorPolicy = (change: Change<Partial<WishedAdministratorPolicy>>) => Promise<StoredPolicies>;

export function createChangePolicy(deps: Deps): ChangePolicy {
  return (change) => carryOut(deps, change, (current) => decideTenantPolicy(current, change.patch));
}

export function createChangeAdministratorPolicy(deps: Deps): ChangeAdministratorPolicy {
  return (change) => carryOut(deps, change, (current) => decideAdministratorPolicy(current, change.patch));
}

/** Judged as a whole after merging, so that two changes that are fine by themselves cannot add up to one that is not. */
export function decideTenantPolicy(current: Policies, patch: JsonObject): Decision {
  const judged = judgePolicy(mergePatch(current.policy as unknown as Json, patch));
  return judged.ok
    ? { outcome: "accepted", policies: { policy: judged.policy, administratorPolicy: current.administratorPolicy } }
    : { outcome: "faulty", faults: judged.faults };
}

export function decideAdministratorPolicy(current: Policies, patch: Partial<WishedAdministratorPolicy>): Decision {
  const wished: WishedAdministratorPolicy = { ...current.administratorPolicy, ...patch };
  const reason = breaksTwoGateFloor(wished);
  if (reason !== null) return { outcome: "below-floor", reason };
  if (wished.methodsRequired > 2) return { outcome: "faulty", faults: [{ field: "/methodsRequired", reason: "must be 2" }] };
  const administratorPolicy = { enabled: wished.enabled, methodsRequired: 2, methods: [...wished.methods] } as AdministratorPolicy;
  return { outcome: "accepted", policies: { policy: current.policy, administratorPolicy } };
}

async function carryOut(
  { store, clock }: Deps,
  { tenantId, actor, matches }: Change<unknown>,
  decide: (current: Policies) => Decision,
): Promise<StoredPolicies> {
  const act = { tenantId, actor, now: clock.now() };
  const done = await store.change(act, matches, decide);
  switch (done.outcome) {
    case "kept":
      return done.stored;
    case "stale":
      throw new Problem("precondition-failed");
    case "faulty":
      throw faulty(done.faults);
    case "below-floor":
      // Outside the transaction, which changed nothing: the attempt stays on record.
      await store.recordRefusal(act, done.reason);
      throw new Problem("two-gate-floor", { detail: done.reason });
  }
}
