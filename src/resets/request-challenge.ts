import type { Sealer } from "../keys/sealer.ts";
import { type Clock, SECOND, timestamp } from "../kit/clock.ts";
import { Problem, tooManyAttempts } from "../kit/problem.ts";
import { newId, type Random } from "../kit/random.ts";
import type { MessageQueue } from "../messages/message-queue.ts";
import { type ChallengeMethod, METHODS } from "../methods/method.ts";
import { judge } from "../throttle/counter.ts";
import { type Limits, RESEND_WAIT_MS } from "../throttle/limits.ts";
import { sourceNetwork } from "../throttle/source.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import { flowAddress } from "./account-tag.ts";
import { newChallengeId } from "./challenge-id.ts";
import { flowIsOver, type ResetHolder, tokenHashOf } from "./flow-holder.ts";
import type { Origin } from "./origin.ts";
import type { ResetStore } from "./reset-store.ts";

export interface RequestChallengeDeps {
  readonly store: ResetStore;
  readonly throttle: ThrottleStore;
  readonly queue: MessageQueue;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: Limits;
  readonly codeTtlSeconds: number;
}

export interface Challenged {
  readonly challengeId: string;
  readonly method: ChallengeMethod;
  readonly expiresAt: string;
  /** When the same method may be asked for again; `null` where nothing is sent. */
  readonly resendAfter: string | null;
}

export type RequestChallenge = (
  holder: ResetHolder,
  asked: { method: ChallengeMethod; methodId?: string },
  origin: Origin,
) => Promise<Challenged>;

/**
 * Asks for a proof by one method. One wave of state calls, then one job: for everybody, also for a method the person does not have.
 * Whatever depends on the address is the worker's, after the answer (design §3).
 */
export function createRequestChallenge(deps: RequestChallengeDeps): RequestChallenge {
  const { store, throttle, queue, sealer, clock, random, limits } = deps;
  return async (holder, { method, methodId }, origin) => {
    const now = clock.now();
    const address = flowAddress(holder.id);
    if (address === null) throw flowIsOver(holder);
    const { kind, sent } = METHODS[method];
    const challengeId = newChallengeId(method, random);
    const eventId = newId(random);
    // Anonymous calls from an address use up nothing of whoever signs in from there.
    const signedIn = holder.purpose !== undefined;
    const counters = signedIn ? "challenges:signed-in" : "challenges";
    const counted = [`${counters}:source:${sealer.tag("source", sourceNetwork(origin.address))}`, `${counters}:all`] as const;
    const [result, ofSource] = await Promise.all([
      store.challenge(address, {
        now,
        eventId,
        tokenHash: tokenHashOf(holder),
        challengeId,
        method,
        kind,
        sent,
        ...(methodId === undefined ? {} : { methodId }),
        codeTtlMs: deps.codeTtlSeconds * SECOND,
        resendMs: RESEND_WAIT_MS,
        codes: countOf(limits.codesOfReset),
        challenges: countOf(limits.challengesOfReset),
        wrongProofs: limits.wrongProofs,
      }),
      throttle.take(counted[0], limits.challengesOfSource, now),
      throttle.take(counted[1], limits.challengesOfAll, now),
    ]);
    // A token that opens nothing was anybody's call: it uses up nothing of whoever is signed in.
    if (signedIn && result.outcome === "invalid") await Promise.all(counted.map((counter) => throttle.giveBack(counter)));
    const source = judge(ofSource, limits.challengesOfSource, now);
    // A call that is refused changes nothing: the code that came before stays good, and the next may be asked for at once.
    const takeBack = () => store.retract(address, { challengeId, sent, eventId });
    if (source.over) {
      if (result.outcome === "challenged") await takeBack();
      throw tooManyAttempts(source.retryAt - now);
    }
    if (result.outcome === "invalid") throw flowIsOver(holder);
    if (result.outcome === "limited") throw tooManyAttempts(result.retryAt - now);
    if (result.outcome === "not-offered")
      throw new Problem("invalid-request", { extensions: { errors: [{ field: "/method", reason: "this reset does not offer it" }] } });
    if (sent)
      await queue.enqueue({ task: "send-code", flowId: holder.id, challengeId }).catch(async (error: unknown) => {
        await takeBack().catch(() => undefined);
        throw error;
      });
    return {
      challengeId,
      method,
      expiresAt: timestamp(result.expiresAt),
      resendAfter: result.resendAfter === undefined ? null : timestamp(result.resendAfter),
    };
  };
}

function countOf(limits: readonly { limit: number }[]): number {
  return limits[0]?.limit ?? 0;
}
