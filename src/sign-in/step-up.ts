import { isDeepStrictEqual } from "node:util";
import type { Sealer } from "../keys/sealer.ts";
import { type Clock, MINUTE } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import { newId, type Random } from "../kit/random.ts";
import type { ChallengeMethod } from "../methods/method.ts";
import { accountTag, addressIn } from "../resets/account-tag.ts";
import { type ResetHolder, tokenHashOf } from "../resets/flow-holder.ts";
import type { Given } from "../resets/later-proofs.ts";
import { methodsBehind } from "../resets/new-flow.ts";
import { type Origin, sealOrigin } from "../resets/origin.ts";
import type { ProveGate } from "../resets/prove-gate.ts";
import type { Challenged, RequestChallenge } from "../resets/request-challenge.ts";
import type { FlowAddress, ResetStore } from "../resets/reset-store.ts";
import { newSignedInFlow } from "../resets/signed-in-flow.ts";
import type { Account } from "../users/account.ts";
import type { AccountStore } from "../users/account-store.ts";
import { lookupKey } from "../users/user-principal-name.ts";
import type { SignedIn } from "./finish-sign-in.ts";
import { stepUpMethods } from "./provable-methods.ts";
import type { ResumeSession } from "./resume-session.ts";
import { proofOf } from "./second-step.ts";
import type { Session } from "./session.ts";
import type { SessionStore } from "./session-store.ts";

export interface StepUpDeps {
  readonly store: ResetStore;
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly requestChallenge: RequestChallenge;
  readonly proveGate: ProveGate;
  readonly resumeSession: ResumeSession;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly random: Random;
  readonly deliverable: ReadonlySet<ChallengeMethod>;
}

const PROOF_MS = 10 * MINUTE;

interface Place {
  readonly address: FlowAddress;
  readonly tag: string;
  readonly holder: ResetHolder;
}

/**
 * Each session has one flow for fresh proofs (RFC 9470). Its id and token are made from the session's id by a key, so that nothing is kept
 * of them, and neither a code nor a token of one session is worth anything in another.
 */
function placeOf(sealer: Sealer, session: Session, account: Account): Place {
  const tag = accountTag(sealer, lookupKey(account.userPrincipalName));
  const address = addressIn(tag, sealer.tag("flow of a session", session.id).slice(0, 22));
  return { address, tag, holder: { id: address.flowId, token: sealer.tag("token of a session's flow", session.id), purpose: "proof" } };
}

export type RequestProof = (session: Session, asked: { method: ChallengeMethod; methodId?: string }, origin: Origin) => Promise<Challenged>;

/** Asks for a fresh proof in the session's flow, which is opened where there is none. */
export function createRequestProof(deps: StepUpDeps): RequestProof {
  const { store, sealer, clock, random, deliverable } = deps;
  return async (session, asked, origin) => {
    const account = await holderOf(deps, session);
    const { address, tag, holder } = placeOf(sealer, session, account);
    const now = clock.now();
    const methods = stepUpMethods(account, { now, deliverable });
    const running = await store.read(address, { now, tokenHash: tokenHashOf(holder) });
    // Anew also when the person has other methods by now: what was wrongly typed stays counted, for that is the account's.
    if (running.outcome === "invalid" || !isDeepStrictEqual(running.flow.methods, methodsBehind({ methodsUsable: methods }))) {
      const sealed = sealOrigin(sealer, address.flowId, origin, now);
      const about = { tag, account, methods, origin: sealed, now, lifeMs: PROOF_MS };
      const flow = newSignedInFlow({ purpose: "proof", id: holder.id, token: holder.token, ...about }, random);
      await store.open(address, { flow, starts: [], workProved: false, now, eventId: newId(random) });
    }
    return deps.requestChallenge(holder, asked, origin);
  };
}

export type GiveProof = (session: Session, challengeId: string, given: Given) => Promise<SignedIn>;

/** Notes a fresh proof in the session, once, and answers as sign-in does: a new access token, and a refresh token in place of the last. */
export function createGiveProof(deps: StepUpDeps): GiveProof {
  const { sealer, clock, sessions, proveGate, resumeSession, deliverable } = deps;
  return async (session, challengeId, given) => {
    const account = await holderOf(deps, session);
    const { holder } = placeOf(sealer, session, account);
    const flow = await proveGate(holder, challengeId, given);
    const now = clock.now();
    // Read before the code was judged: a method that was changed at this very moment is noted, and no longer counts (`fresh-proof.ts`).
    const proof = proofOf(flow, stepUpMethods(account, { now, deliverable }));
    if (proof === null || !(await sessions.prove(session.id, { now, proof }))) throw new Problem("unauthenticated");
    const signedIn = await resumeSession(session, now, "replace");
    if (signedIn === null) throw new Problem("unauthenticated");
    return signedIn;
  };
}

async function holderOf({ accounts }: StepUpDeps, { userId }: Session): Promise<Account> {
  const account = await accounts.findById(userId, "");
  if (account === null || !account.enabled) throw new Problem("unauthenticated");
  return account;
}
