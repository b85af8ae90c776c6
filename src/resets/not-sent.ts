import type { ChallengeMethod } from "../methods/method.ts";
import type { ResetFlow } from "./reset-flow.ts";

/** A challenge whose message no provider took. */
export interface NotSent {
  readonly challengeId: string;
  readonly method: ChallengeMethod;
}

/**
 * Whether this reset may say that a message could not be sent. Sending is tried for people who exist and for nobody else, so the word of it
 * is given only to whoever knows already: after a proof in this very reset, or where the organisation chose to tell at the start
 * (docs/decisions/0025; attacks A90, A94). Elsewhere it is not even kept.
 */
export function tellsNotSent(flow: ResetFlow): boolean {
  return flow.disclosed === true || Object.keys(flow.proofs).length > 0;
}

/** The pending challenge, if it could not be sent and this reset may say so. */
export function notSentOf(flow: ResetFlow): NotSent | null {
  const { challenge: pending } = flow;
  if (pending?.notSent !== true || !tellsNotSent(flow)) return null;
  return { challengeId: pending.id, method: pending.method };
}
