import type { IneligibleReason, RuleOutcome } from "./eligibility.ts";

/** The outcome of a rule that decides. */
export function ruled(rule: string, ok: boolean, reason: IneligibleReason, detail: string): RuleOutcome {
  return ok ? { rule, outcome: "passed", detail } : { rule, outcome: "failed", reason, detail };
}

export function noted(rule: string, detail: string): RuleOutcome {
  return { rule, outcome: "noted", detail };
}
