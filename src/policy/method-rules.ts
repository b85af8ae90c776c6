import { timestamp } from "../kit/clock.ts";
import type { ChallengeMethod } from "../methods/method.ts";
import type { RuleOutcome } from "./eligibility.ts";
import { noted, ruled } from "./rule-outcome.ts";
import { CONSECUTIVE_FAILURES_ALLOWED, listMethods, nameMethod, type RegisteredMethod, type UsableMethod } from "./usable-methods.ts";

interface Facts {
  /** By the policy. */
  readonly stored: readonly ChallengeMethod[];
  /** Of these, what this installation can deliver. */
  readonly allowed: readonly ChallengeMethod[];
  readonly registered: readonly RegisteredMethod[];
  readonly usable: readonly UsableMethod[];
  readonly gatesRequired: 1 | 2;
}

/** What is asked for, what there is, why some of it does not count; and then whether it is enough. */
export function methodRules({ stored, allowed, registered, usable, gatesRequired }: Facts): RuleOutcome[] {
  const undelivered = stored.filter((method) => !allowed.includes(method));
  const away = undelivered.length === 0 ? "" : ` It allows ${listMethods(undelivered)} too, which is not set up here.`;
  return [
    noted("methods-allowed", `The policy allows ${listMethods(allowed)}.${away}`),
    noted("methods-registered", registeredWords(registered)),
    ...waitingRules(registered),
    ...blockedRules(registered),
    enoughRule(usable, gatesRequired),
  ];
}

function registeredWords(registered: readonly RegisteredMethod[]): string {
  const namesOf = (uncounted: RegisteredMethod["uncounted"]) =>
    registered.filter((one) => one.uncounted === uncounted).map(({ method }) => nameMethod(method));
  const part = (words: string, names: readonly string[]) => (names.length === 0 ? [] : [`${words}: ${names.join(", ")}.`]);
  const parts = [
    ...part("Counts", namesOf(null)),
    ...part("Not verified by the person", namesOf("not-verified")),
    ...part("Not allowed by the policy", namesOf("not-allowed")),
  ];
  if (parts.length > 0) return parts.join(" ");
  return registered.length === 0 ? "Nothing is registered." : "Nothing that is registered counts now.";
}

function waitingRules(registered: readonly RegisteredMethod[]): RuleOutcome[] {
  return registered
    .filter(({ uncounted }) => uncounted === "waiting")
    .map(({ method }) =>
      noted("method-waits", `The ${nameMethod(method)} is new and counts from ${timestamp(method.usableFrom ?? 0)} on.`),
    );
}

function blockedRules(registered: readonly RegisteredMethod[]): RuleOutcome[] {
  const why = `was answered wrongly ${CONSECUTIVE_FAILURES_ALLOWED} times in a row or more, and must be proved anew`;
  return registered
    .filter(({ uncounted }) => uncounted === "blocked")
    .map(({ method }) => noted("method-blocked", `The ${nameMethod(method)} ${why}.`));
}

function enoughRule(usable: readonly UsableMethod[], gatesRequired: 1 | 2): RuleOutcome {
  // Security questions are never the only proof (security.md C15).
  const kinds = new Set(usable.map((method) => method.kind));
  const alone = kinds.size > 0 && [...kinds].every((kind) => kind === "securityQuestions");
  const enough = kinds.size >= gatesRequired && !alone;
  const asked = gatesRequired === 1 ? "one is needed" : `${gatesRequired} different ones are needed`;
  const note = alone ? " Security questions alone are never enough." : "";
  return ruled("methods", enough, "too-few-methods", `Different methods that count: ${kinds.size}; ${asked}.${note}`);
}
