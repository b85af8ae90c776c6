import { type ChallengeMethod, type GateKind, METHODS } from "../methods/method.ts";
import type { Account, AccountMethod } from "../users/account.ts";
import { needsTwoGates } from "../users/roles.ts";
import { ENTITLEMENTS } from "./entitlements.ts";

/** Consecutive failures in anonymous flows after which a method must be proved anew (security.md D01: ceiling 100, advised 30). */
export const CONSECUTIVE_FAILURES_ALLOWED = 30;

/** Why somebody cannot reset: one word for each rule, in the order in which the rules are judged. */
export type IneligibleReason =
  | "account-disabled"
  | "recovery-frozen"
  | "plan-without-self-service"
  | "no-licence-in-tenant"
  | "not-licensed"
  | "plan-without-directories"
  | "writeback-off"
  | "administrator-reset-off"
  | "self-service-off"
  | "not-in-scope"
  | "too-few-methods";

export interface RuleOutcome {
  readonly rule: string;
  readonly outcome: "passed" | "failed" | "not-asked";
  readonly reason?: IneligibleReason;
  readonly detail: string;
}

/** A method that would count as a gate now. */
export interface UsableMethod {
  readonly method: ChallengeMethod;
  readonly kind: GateKind;
  readonly methodId: string;
  readonly revision: number;
  readonly hint: string;
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
}

/**
 * Judges whether a person may reset alone, by which policy and with which proofs. It decides and it explains: the trace is made by
 * the very rules that decide. Called at the start, after every gate and at the end (security.md C08, D06).
 */
export function judgeEligibility(account: Account, { now, deliverable }: Circumstances): Eligibility {
  const policy = needsTwoGates(account.roles) ? "administrator" : "user";
  const { tenant } = account;
  const gatesRequired = policy === "administrator" ? 2 : tenant.policy.methodsRequired;
  const allowed = (policy === "administrator" ? administratorMethods(account) : tenant.policy.methods).filter((method) =>
    deliverable.has(method),
  );
  const usable = usableMethods(account, policy, allowed, now);
  const trace: RuleOutcome[] = [
    ...stateRules(account),
    ...entitlementRules(account),
    ...scopeRules(account, policy),
    methodRule(usable, gatesRequired),
  ];
  const reason = trace.find((rule) => rule.outcome === "failed")?.reason ?? null;
  return { canReset: reason === null, reason, policy, gatesRequired, methodsAllowed: allowed, methodsUsable: usable, trace };
}

function rule(name: string, ok: boolean, reason: IneligibleReason, detail: string): RuleOutcome {
  return ok ? { rule: name, outcome: "passed", detail } : { rule: name, outcome: "failed", reason, detail };
}

function stateRules(account: Account): RuleOutcome[] {
  return [
    rule("account-enabled", account.enabled, "account-disabled", account.enabled ? "The account is enabled." : "The account is disabled."),
    rule(
      "recovery-open",
      !account.recoveryFrozen,
      "recovery-frozen",
      account.recoveryFrozen ? "The person said a reset was not theirs; recovery is frozen." : "Recovery is not frozen.",
    ),
  ];
}

function entitlementRules({ tenant, licensed, directoryId }: Account): RuleOutcome[] {
  const entitled = ENTITLEMENTS[tenant.plan];
  const rules = [
    rule("plan", entitled.selfService, "plan-without-self-service", `The plan is ${tenant.plan}.`),
    rule(
      "tenant-licence",
      tenant.licensed,
      "no-licence-in-tenant",
      tenant.licensed ? "The organisation has licences." : "Nobody in the organisation has a licence.",
    ),
    rule("licence", licensed, "not-licensed", licensed ? "The person has a licence." : "The person has no licence."),
  ];
  if (directoryId === null)
    return [...rules, { rule: "directory", outcome: "not-asked", detail: "The password lives in the built-in directory." }];
  return [
    ...rules,
    rule("directory", entitled.directories, "plan-without-directories", `The password lives in a directory; the plan is ${tenant.plan}.`),
    rule(
      "writeback",
      tenant.policy.writeback.enabled,
      "writeback-off",
      tenant.policy.writeback.enabled ? "Writeback is on." : "Writeback is off.",
    ),
  ];
}

/** Scope and groups are for end users; an administrator is judged by the administrator policy alone. */
function scopeRules({ tenant, groups }: Account, policy: "user" | "administrator"): RuleOutcome[] {
  if (policy === "administrator") {
    const { enabled } = tenant.administratorPolicy;
    return [
      rule(
        "administrator-policy",
        enabled,
        "administrator-reset-off",
        enabled ? "Administrators may reset, with two gates." : "Administrators may not reset.",
      ),
    ];
  }
  const { scope } = tenant.policy;
  const on = rule("scope", scope !== "none", "self-service-off", `The scope is ${scope}.`);
  if (scope !== "selected") return [on];
  const inside = tenant.policy.groups.some((group) => groups.includes(group));
  return [on, rule("group", inside, "not-in-scope", inside ? "The person is in a selected group." : "The person is in no selected group.")];
}

function methodRule(usable: readonly UsableMethod[], gatesRequired: number): RuleOutcome {
  // Security questions are never the only proof (security.md C15).
  const kinds = new Set(usable.map((method) => method.kind));
  const first = new Set([...kinds].filter((kind) => kind !== "securityQuestions"));
  const enough = kinds.size >= gatesRequired && first.size >= 1;
  return rule("methods", enough, "too-few-methods", `${kinds.size} different usable methods of ${gatesRequired} required.`);
}

/** Whatever is stored, questions and saved codes are never gates of an administrator (security.md C07). */
function administratorMethods({ tenant }: Account): ChallengeMethod[] {
  const stored: readonly ChallengeMethod[] = tenant.administratorPolicy.methods;
  return stored.filter((method) => method !== "securityQuestions" && method !== "recoveryCode");
}

function usableMethods(
  account: Account,
  policy: "user" | "administrator",
  allowed: readonly ChallengeMethod[],
  now: number,
): UsableMethod[] {
  const counts = (method: AccountMethod) =>
    method.consecutiveFailures < CONSECUTIVE_FAILURES_ALLOWED &&
    (method.usableFrom === null || method.usableFrom <= now) &&
    (method.verified || (policy === "user" && method.source === "admin" && account.tenant.policy.prefilledMethodsCount));
  const registered = account.methods.filter(counts);
  return allowed.flatMap((method) =>
    registered
      .filter((candidate) => candidate.type === METHODS[method].type)
      .map(({ id, revision, hint }) => ({ method, kind: METHODS[method].kind, methodId: id, revision, hint })),
  );
}
