import type { Clock } from "../kit/clock.ts";
import { Problem, tooManyAttempts } from "../kit/problem.ts";
import { newId, type Random } from "../kit/random.ts";
import type { SentCodes } from "../methods/sent-code.ts";
import type { Limits } from "../throttle/limits.ts";
import { flowAddress } from "./account-tag.ts";
import { laterMethodOf } from "./challenge-id.ts";
import { flowIsOver, type ResetHolder, tokenHashOf } from "./flow-holder.ts";
import { fits, type Given, type LaterMethod, type LaterProofs } from "./later-proofs.ts";
import type { ResetFlow } from "./reset-flow.ts";
import type { FlowAddress, ProveResult, ResetStore, VerifyResult } from "./reset-store.ts";

export interface ProveGateDeps {
  readonly store: ResetStore;
  readonly sentCodes: SentCodes;
  readonly laterProofs: LaterProofs;
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: Limits;
}

/**
 * Passes the pending challenge of a flow, whatever the flow is for. Answers the flow as it was when it passed.
 * @throws {Problem} `code-rejected`, `too-many-attempts`, or that the flow is over; `invalid-request` for answers where a code is due
 */
export type ProveGate = (holder: ResetHolder, challengeId: string, given: Given) => Promise<ResetFlow>;

/**
 * A sent code is compared before the state call and counts only if that call finds the challenge pending, so that counting, comparing and
 * passing are one atomic step; the same for a decoy. What only PostgreSQL can check is counted first and passed after.
 */
export function createProveGate(deps: ProveGateDeps): ProveGate {
  const { store, sentCodes, laterProofs } = deps;

  const proveSent = (address: FlowAddress, holder: ResetHolder, challengeId: string, code: string) => {
    const { purpose = "reset", id: flowId } = holder;
    const matches = sentCodes.matches({ purpose, flowId, challengeId }, code) ? "yes" : "no";
    return store.verify(address, { ...stepOf(deps, holder, challengeId), matches });
  };

  const proveLater = async (address: FlowAddress, holder: ResetHolder, challengeId: string, method: LaterMethod, given: Given) => {
    const counted = await store.verify(address, { ...stepOf(deps, holder, challengeId), matches: "later" });
    if (counted.outcome !== "counted") return counted;
    const candidates = counted.flow.decoy ? [] : (counted.flow.methods[method] ?? []);
    const target = await laterProofs[method](counted.flow.userId ?? null, candidates, given);
    return store.prove(address, { ...stepOf(deps, holder, challengeId), ...(target === null ? {} : { target }) });
  };

  return async (holder, challengeId, given) => {
    const address = flowAddress(holder.id);
    if (address === null) throw flowIsOver(holder);
    // The challenge id says by which way it is checked; the state call checks that it is the pending one of that way.
    const method = laterMethodOf(challengeId);
    if (!fits(method, given)) throw unfitting(given);
    const result =
      method === null
        ? await proveSent(address, holder, challengeId, "code" in given ? given.code : "")
        : await proveLater(address, holder, challengeId, method, given);
    return result.outcome === "passed" ? result.flow : refuse(deps, holder, result);
  };
}

function stepOf({ clock, random, limits }: ProveGateDeps, holder: ResetHolder, challengeId: string) {
  const tries = limits.triesOfCode[0]?.limit ?? 0;
  const { wrongProofs } = limits;
  return { now: clock.now(), eventId: newId(random), tokenHash: tokenHashOf(holder), challengeId, tries, wrongProofs };
}

/** No try: it is not the answer to what was asked, whatever is in it. */
function unfitting(given: Given): Problem {
  const field = "code" in given ? "/code" : "/answers";
  return new Problem("invalid-request", { extensions: { errors: [{ field, reason: "this challenge is not answered so" }] } });
}

/** Wrong, expired, used, replaced and foreign are one and the same to the caller (contract, section 3). */
function refuse({ clock }: ProveGateDeps, holder: ResetHolder, result: VerifyResult | ProveResult): never {
  if (result.outcome === "invalid") throw flowIsOver(holder);
  if (result.outcome === "limited") throw tooManyAttempts(result.retryAt - clock.now());
  throw new Problem("code-rejected");
}
