import type { Account } from "../users/account.ts";
import { findRole } from "../users/roles.ts";
import type { RuleOutcome } from "./eligibility.ts";
import { noted, ruled } from "./rule-outcome.ts";

export function policyRule({ roles }: Account, policy: "user" | "administrator"): RuleOutcome {
  if (policy === "user") return noted("policy", "The policy for everybody applies.");
  const named = roles.filter((role) => findRole(role)?.twoGate ?? true).map((role) => findRole(role)?.name ?? role);
  return noted("policy", `The policy for administrators applies, because of: ${named.join(", ")}.`);
}

/** Scope and groups are for end users; an administrator is judged by the administrator policy alone. */
export function scopeRules(
  { tenant, groups }: Account,
  policy: "user" | "administrator",
  names: ReadonlyMap<string, string> = new Map(),
): RuleOutcome[] {
  if (policy === "administrator") {
    const { enabled } = tenant.administratorPolicy;
    const detail = enabled ? "Administrators may reset their own passwords." : "Administrators may not reset their own passwords.";
    return [ruled("administrator-policy", enabled, "administrator-reset-off", detail)];
  }
  const { scope } = tenant.policy;
  const on = ruled("scope", scope !== "none", "self-service-off", SCOPES[scope]);
  if (scope !== "selected") return [on];
  const nameOf = (group: string) => names.get(group) ?? group;
  const inside = tenant.policy.groups.filter((group) => groups.includes(group));
  const asked = tenant.policy.groups.length === 0 ? "none is selected" : `selected: ${tenant.policy.groups.map(nameOf).join(", ")}`;
  const detail =
    inside.length > 0 ? `The person is in ${inside.map(nameOf).join(", ")}.` : `The person is in no selected group (${asked}).`;
  return [on, ruled("group", inside.length > 0, "not-in-scope", detail)];
}

const SCOPES = {
  none: "Self-service is off for the whole organisation.",
  selected: "Self-service is on for selected groups.",
  all: "Self-service is on for everybody.",
} as const;
