import { judgePolicy } from "./judge-policy.ts";
import { type Json, type JsonObject, mergePatch } from "./merge-patch.ts";
import type { Decision, KeptVersion, Policies } from "./policy-store.ts";
import type { AdministratorPolicy } from "./tenant-policy.ts";
import { breaksTwoGateFloor, type WishedAdministratorPolicy } from "./two-gate-floor.ts";

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

/** Both policies as they were, judged by what holds today: a version may be older than a rule. */
export function decideRestore(then: KeptVersion): Decision {
  const judged = judgePolicy(then.policy as unknown as Json);
  if (!judged.ok) return { outcome: "faulty", faults: judged.faults };
  const { administratorPolicy } = then;
  const decision = decideAdministratorPolicy({ policy: judged.policy, administratorPolicy }, {});
  return decision.outcome === "accepted" ? { ...decision, details: { restored: then.version } } : decision;
}
