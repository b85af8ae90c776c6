import type { Account } from "../users/account.ts";
import type { RuleOutcome } from "./eligibility.ts";
import { ENTITLEMENTS } from "./entitlements.ts";
import { ruled } from "./rule-outcome.ts";

export function stateRules({ enabled, recoveryFrozen }: Account): RuleOutcome[] {
  const frozen = "Somebody said of a reset or a change that it was not theirs; resets are frozen until that is cleared up.";
  return [
    ruled("account-enabled", enabled, "account-disabled", enabled ? "The account is enabled." : "The account is disabled."),
    ruled("recovery-open", !recoveryFrozen, "recovery-frozen", recoveryFrozen ? frozen : "Resets of this account are not frozen."),
  ];
}

/** What is paid for, and where the password lives. */
export function entitlementRules({ tenant, licensed, directoryId }: Account): RuleOutcome[] {
  const { plan } = tenant;
  const { selfService, directories } = ENTITLEMENTS[plan];
  const rules = [
    ruled("plan", selfService, "plan-without-self-service", `The plan is ${plan}${selfService ? "" : ", which has no self-service"}.`),
    ruled(
      "tenant-licence",
      tenant.licensed,
      "no-licence-in-tenant",
      tenant.licensed ? "The organisation has licences." : "Nobody in the organisation has a licence.",
    ),
    ruled("licence", licensed, "not-licensed", licensed ? "The person has a licence." : "The person has no licence."),
  ];
  if (directoryId === null)
    return [...rules, { rule: "directory", outcome: "not-asked", detail: "The password lives here, in no other directory." }];
  const { enabled } = tenant.policy.writeback;
  const covered = directories ? `, which the plan ${plan} covers` : `; the plan is ${plan}, which does not cover that`;
  return [
    ...rules,
    ruled("directory", directories, "plan-without-directories", `The password lives in a directory of the organisation${covered}.`),
    ruled(
      "writeback",
      enabled,
      "writeback-off",
      enabled ? "New passwords are written back to it." : "Writing passwords back to it is off.",
    ),
  ];
}
