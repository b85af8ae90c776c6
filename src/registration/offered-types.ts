import type { ChallengeMethod, MethodType } from "../methods/method.ts";
import { METHODS } from "../methods/method.ts";
import { type Circumstances, judgeEligibility } from "../policy/eligibility.ts";
import type { Account } from "../users/account.ts";
import { MOST_OF_TYPE, mayAnswerQuestions, registrationOf } from "./method-rules.ts";

export interface Offer {
  /** What is worth registering: what the policy takes as a proof, and an app for signing in, as long as there may be more of it. */
  readonly types: readonly MethodType[];
  /** How many different kinds count already. */
  readonly kinds: number;
}

const ORDER: readonly MethodType[] = ["authenticatorApp", "email", "mobilePhone", "officePhone", "recoveryCodes", "securityQuestions"];

export function offerTo(account: Account, circumstances: Circumstances): Offer {
  const { methodsAllowed } = judgeEligibility(account, circumstances);
  const allowed = new Set<MethodType>(["authenticatorApp", ...methodsAllowed.map((method: ChallengeMethod) => METHODS[method].type)]);
  if (!mayAnswerQuestions(account)) allowed.delete("securityQuestions");
  const held = (type: MethodType) => account.methods.filter((method) => method.type === type).length;
  // Codes and answers can always be made anew.
  const room = (type: MethodType) => type === "recoveryCodes" || type === "securityQuestions" || held(type) < MOST_OF_TYPE[type];
  return { types: ORDER.filter((type) => allowed.has(type) && room(type)), kinds: registrationOf(account, circumstances).kinds };
}
