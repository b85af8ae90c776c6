import type { ChallengeMethod, GateKind } from "../methods/method.ts";
import type { Eligibility, UsableMethod } from "./eligibility.ts";

/** One gate that was passed in a flow: which registered value proved it, by which way, in which state. */
export interface Proof {
  readonly kind: GateKind;
  readonly method: ChallengeMethod;
  readonly methodId: string;
  readonly revision: number;
}

export type NextGate =
  | { readonly step: "refused" }
  | { readonly step: "challenge"; readonly methods: readonly UsableMethod[] }
  | { readonly step: "open" };

/**
 * What a person has to do next. Proofs are facts of the flow; whether one counts is judged anew each time: the method must still be
 * there with the same value, and the policy of this very moment must still take it. So a role granted in between raises the bar at
 * once, and a removed method takes its proof along (security.md C02, C08).
 */
export function nextGate(eligibility: Eligibility, proofs: readonly Proof[]): NextGate {
  if (!eligibility.canReset) return { step: "refused" };
  const counted = proofs.filter((proof) =>
    eligibility.methodsUsable.some(
      ({ method, methodId, revision, kind }) =>
        method === proof.method && methodId === proof.methodId && revision === proof.revision && kind === proof.kind,
    ),
  );
  const passed = new Set(counted.map((proof) => proof.kind));
  const firm = [...passed].some((kind) => kind !== "securityQuestions");
  if (firm && passed.size >= eligibility.gatesRequired) return { step: "open" };
  return { step: "challenge", methods: eligibility.methodsUsable.filter((usable) => !passed.has(usable.kind)) };
}
