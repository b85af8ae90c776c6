import type { ChallengeMethod } from "../methods/method.ts";
import type { Account } from "../users/account.ts";
import { needsTwoGates } from "../users/roles.ts";
import { entitlementRules, stateRules } from "./account-rules.ts";
import { methodRules } from "./method-rules.ts";
import { policyRule, scopeRules } from "./scope-rules.ts";
import { countMethods, type UsableMethod, usableMethods } from "./usable-methods.ts";

export { CONSECUTIVE_FAILURES_ALLOWED, type UsableMethod } from "./usable-methods.ts";

/** Why somebody cannot reset: one word for each rule, in the order in which the rules are judged. */
export const INELIGIBLE_REASONS = [
  "account-disabled",
  "recovery-frozen",
  "plan-without-self-service",
  "no-licence-in-tenant",
  "not-licensed",
  "plan-without-directories",
  "writeback-off",
  "administrator-reset-off",
  "self-service-off",
  "not-in-scope",
  "too-few-methods",
] as const;
export type IneligibleReason = (typeof INELIGIBLE_REASONS)[number];

export interface RuleOutcome {
  readonly rule: string;
  /** `noted`: says what stands behind a rule that decides, and decides nothing. */
  readonly outcome: "passed" | "failed" | "not-asked" | "noted";
  readonly reason?: IneligibleReason;
  /** In words that can be read out. */
  readonly detail: string;
}

export interface Eligibility {
  readonly canReset: boolean;
  readonly reason: IneligibleReason | null;
  readonly policy: "user" | "administrator";
  readonly gatesRequired: 1 | 2;
  readonly methodsAllowed: readonly ChallengeMethod[];
  readonly methodsUsable: readonly UsableMethod[];
  readonly trace: readonly RuleOutcome[];
}

export interface Circumstances {
  readonly now: number;
  /** The methods that this installation can deliver. */
  readonly deliverable: ReadonlySet<ChallengeMethod>;
  /** What groups are called, where the trace is to be read by people. */
  readonly groupNames?: ReadonlyMap<string, string>;
}

/**
 * Judges whether a person may reset alone, by which policy and with which proofs. It decides and it explains: the trace is made by
 * the very rules that decide. Called at the start, after every gate and at the end (security.md C08, D06).
 */
export function judgeEligibility(account: Account, { now, deliverable, groupNames }: Circumstances): Eligibility {
  const policy = needsTwoGates(account.roles) ? "administrator" : "user";
  const { tenant } = account;
  const gatesRequired = policy === "administrator" ? 2 : tenant.policy.methodsRequired;
  const stored = policy === "administrator" ? administratorMethods(account) : tenant.policy.methods;
  const allowed = stored.filter((method) => deliverable.has(method));
  const registered = countMethods(account, policy, allowed, now);
  const usable = usableMethods(registered, allowed);
  const trace: RuleOutcome[] = [
    ...stateRules(account),
    ...entitlementRules(account),
    policyRule(account, policy),
    ...scopeRules(account, policy, groupNames),
    ...methodRules({ stored, allowed, registered, usable, gatesRequired }),
  ];
  const reason = trace.find((rule) => rule.outcome === "failed")?.reason ?? null;
  return { canReset: reason === null, reason, policy, gatesRequired, methodsAllowed: allowed, methodsUsable: usable, trace };
}

/** Whatever is stored, questions and saved codes are never gates of an administrator (security.md C07). */
function administratorMethods({ tenant }: Account): ChallengeMethod[] {
  const stored: readonly ChallengeMethod[] = tenant.administratorPolicy.methods;
  return stored.filter((method) => method !== "securityQuestions" && method !== "recoveryCode");
}
