import { Problem, tooManyAttempts } from "../kit/problem.ts";
import type { ContactType } from "../methods/contact-method.ts";
import { normalizeCode, type SentCodes } from "../methods/sent-code.ts";
import { matchingStep } from "../methods/totp-code.ts";
import type { Origin } from "../resets/origin.ts";
import { RESEND_WAIT_MS } from "../throttle/limits.ts";
import { kindOfType } from "./method-rules.ts";
import type { OwnMethod, PendingProof } from "./own-method-store.ts";
import { alreadyRegistered, conflict, countSend, newChallenge, ownerAct, type Person, type RegistrationDeps, wayTo } from "./owner-act.ts";
import type { SettleSession } from "./settle-session.ts";

export interface VerifyMethodDeps extends RegistrationDeps {
  readonly sentCodes: SentCodes;
  readonly settleSession: SettleSession;
}

/** @throws {Problem} `code-rejected` for whatever is wrong with the code, `not-found`, `conflict` */
export type VerifyMethod = (person: Person, methodId: string, code: string, origin: Origin) => Promise<OwnMethod>;

/**
 * Proves that a value is the person's. The session is enough: the value was put on its way with a fresh proof, and mail may take longer than that
 * proof is fresh. What is verified is a proof of the session from then on.
 */
export function createVerifyMethod(deps: VerifyMethodDeps): VerifyMethod {
  const { store, clock, limits } = deps;
  return async (person, methodId, typed, origin) => {
    const code = normalizeCode(typed);
    const pending = await store.countTry(person.id, methodId, clock.now(), limits.triesOfCode[0]?.limit ?? 0);
    if (pending === "unknown") throw new Problem("not-found");
    if (pending === null) throw new Problem("code-rejected");
    const step = rightStep(deps, methodId, pending, code);
    if (step === null) throw new Problem("code-rejected");
    const act = ownerAct(deps, person.id, [], origin);
    const verified = await store.verify(act, methodId, pending.challengeId, step);
    if (verified.outcome === "duplicate") throw alreadyRegistered(verified.id);
    if (verified.outcome !== "changed") throw new Problem("code-rejected");
    await deps.settleSession(person.session, act.circumstances.now, {
      kind: kindOfType(pending.type),
      methodId,
      revision: verified.revision,
    });
    return verified.method;
  };
}

/** `null`: a wrong code. Otherwise the time step that an app's code spends; `undefined` for a code that was sent. */
function rightStep(
  { sentCodes, clock }: VerifyMethodDeps,
  methodId: string,
  pending: PendingProof,
  code: string,
): number | undefined | null {
  if (pending.secret !== undefined) return matchingStep(pending.secret, code, clock.now());
  const { challengeId } = pending;
  return sentCodes.matches({ purpose: "registration", flowId: methodId, challengeId }, code) ? undefined : null;
}

export interface Resent {
  readonly challengeId: string;
  readonly expiresAt: number;
  readonly resendAfter: number;
}

/** @throws {Problem} `too-many-attempts` before the wait is over, `not-found`, `conflict`, `reauthentication-required` */
export type ResendCode = (person: Person, methodId: string, origin: Origin) => Promise<Resent>;

/**
 * Sends another code; the one before is void. For a value that was put on its way with a fresh proof the session is enough. What an administrator
 * filled in was put there by nobody who is here: its first code needs a fresh proof.
 */
export function createResendCode(deps: RegistrationDeps): ResendCode {
  const { store, clock } = deps;
  return async (person, methodId, origin) => {
    const state = await store.sentAt(person.id, methodId);
    if (state.outcome === "unknown") throw new Problem("not-found");
    if (state.outcome === "nothing-to-verify") throw conflict("nothing-to-verify", "No code is sent for this method now.");
    const byMethods = state.sentAt === null ? (await deps.requireFreshProof(person)).byMethods : [];
    if (wayTo(state.type as ContactType, deps.deliverable) === null)
      throw conflict("cannot-be-sent", "No code can be sent to such an address here.");
    const wait = (state.sentAt ?? 0) + RESEND_WAIT_MS - clock.now();
    if (wait > 0) throw tooManyAttempts(wait);
    await countSend(deps, person.id);
    const act = ownerAct(deps, person.id, byMethods, origin);
    const challenge = newChallenge(deps);
    // Of two at once one sends; the other one waits like anybody who asks too soon.
    if (!(await store.resend(act, methodId, challenge, state.sentAt))) throw tooManyAttempts(RESEND_WAIT_MS);
    return { challengeId: challenge.id, expiresAt: challenge.expiresAt, resendAfter: act.circumstances.now + RESEND_WAIT_MS };
  };
}
