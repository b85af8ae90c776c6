import { newId, type Random } from "../kit/random.ts";
import { type ChallengeMethod, METHODS } from "../methods/method.ts";

/**
 * A challenge id says by which way its code is checked, so that the verifier needs no look-up first. It proves nothing: the state call
 * finds whether it is the pending one.
 */
export function newChallengeId(method: ChallengeMethod, random: Random): string {
  return `${METHODS[method].sent ? "s" : "t"}-${newId(random)}`;
}

export function isCheckedByApp(challengeId: string): boolean {
  return challengeId.startsWith("t-");
}
