import { newId, type Random } from "../kit/random.ts";
import { type ChallengeMethod, METHODS } from "../methods/method.ts";
import type { LaterMethod } from "./later-proofs.ts";

const LATER: Readonly<Record<string, LaterMethod>> = { t: "authenticatorApp", r: "recoveryCode", q: "securityQuestions" };
const LETTERS = new Map<ChallengeMethod, string>(Object.entries(LATER).map(([letter, method]) => [method, letter]));

/**
 * A challenge id says by which way its code is checked, so that the verifier needs no look-up first. It proves nothing: the state call
 * finds whether it is the pending one.
 */
export function newChallengeId(method: ChallengeMethod, random: Random): string {
  const letter = METHODS[method].sent ? "s" : LETTERS.get(method);
  return `${letter}-${newId(random)}`;
}

/** The method whose proof only PostgreSQL can check; `null` for a code that was sent. */
export function laterMethodOf(challengeId: string): LaterMethod | null {
  return (challengeId[1] === "-" ? LATER[challengeId[0] ?? ""] : undefined) ?? null;
}
