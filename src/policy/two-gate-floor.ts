import { type ChallengeMethod, kindOf } from "../methods/method.ts";

/** An administrator policy as somebody wishes it, before it is known to keep to the floor. */
export interface WishedAdministratorPolicy {
  readonly enabled: boolean;
  readonly methodsRequired: number;
  readonly methods: readonly ChallengeMethod[];
}

const NEVER: readonly ChallengeMethod[] = ["securityQuestions", "recoveryCode"];

/**
 * Why a wish is below the floor: whoever holds an administrator role proves it by two different methods out of email, authenticator app
 * and phone, whatever the organisation says (issue 2, item 6; security.md C07, K07). `null` when it is not.
 */
export function breaksTwoGateFloor({ methodsRequired, methods }: WishedAdministratorPolicy): string | null {
  if (methodsRequired < 2) return "Administrators always prove themselves by two methods.";
  const never = methods.filter((method) => NEVER.includes(method));
  if (never.length > 0) return `Never a gate of an administrator: ${never.join(", ")}.`;
  const kinds = new Set(methods.map(kindOf));
  if (kinds.size < 2) return "At least two different methods must be left; SMS, voice and office phone are one.";
  return null;
}
