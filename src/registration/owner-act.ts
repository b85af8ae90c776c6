import type { Sealer } from "../keys/sealer.ts";
import { type Clock, SECOND } from "../kit/clock.ts";
import { faulty } from "../kit/field-faults.ts";
import { Problem, tooManyAttempts } from "../kit/problem.ts";
import { newId, type Random } from "../kit/random.ts";
import { type ContactType, readContactMethod } from "../methods/contact-method.ts";
import type { ChallengeMethod } from "../methods/method.ts";
import { type Origin, sealOrigin } from "../resets/origin.ts";
import type { RequireFreshProof } from "../sign-in/require-fresh-proof.ts";
import type { Person } from "../sign-in/session-person.ts";
import { judge } from "../throttle/counter.ts";
import type { Limit, Limits } from "../throttle/limits.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import { rowProblem } from "../users/import-problems.ts";
import type { NewChallenge, OwnerAct, OwnMethodStore, ReadValue } from "./own-method-store.ts";

/** What every use case of security info is made from. */
export interface RegistrationDeps {
  readonly store: OwnMethodStore;
  readonly requireFreshProof: RequireFreshProof;
  readonly throttle: ThrottleStore;
  readonly limits: Limits;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly random: Random;
  readonly deliverable: ReadonlySet<ChallengeMethod>;
  readonly codeTtlSeconds: number;
}

export type { Person };

/** An act of the person, now. @param byMethods what proved it, as `RequireFreshProof` answers */
export function ownerAct(deps: RegistrationDeps, userId: string, byMethods: readonly string[], origin: Origin): OwnerAct {
  const now = deps.clock.now();
  const originId = newId(deps.random);
  const circumstances = { now, deliverable: deps.deliverable };
  return { userId, circumstances, byMethods, originId, origin: sealOrigin(deps.sealer, originId, origin, now) };
}

export function newChallenge({ clock, random, codeTtlSeconds }: RegistrationDeps): NewChallenge {
  return { id: newId(random), expiresAt: clock.now() + codeTtlSeconds * SECOND };
}

/** Counts an act of a person against a limit of theirs. @throws {Problem} `too-many-attempts` */
export async function countAct({ throttle, clock }: RegistrationDeps, key: string, limit: readonly Limit[]): Promise<void> {
  const now = clock.now();
  const verdict = judge(await throttle.take(key, limit, now), limit, now);
  if (verdict.over) throw tooManyAttempts(verdict.retryAt - now);
}

/** Before a code is sent: a stolen session must not become a way to send messages to anybody (security.md H07). */
export function countSend(deps: RegistrationDeps, userId: string): Promise<void> {
  return countAct(deps, `registration-sends:${userId}`, deps.limits.registrationSends);
}

/** The value as it is stored. @throws {Problem} `invalid-request` with what is wrong with it */
export function valueReader(type: ContactType, text: string): ReadValue {
  return (country) => {
    const read = readContactMethod(type, text.trim(), country ?? undefined);
    if (read.ok) return read.method;
    const reason =
      read.reason === "country-missing" ? "Write it with its country code, as +46 70 123 45 67." : rowProblem("value", read.reason).reason;
    throw faulty([{ field: "/value", reason }]);
  };
}

/** By what a code goes to a contact of this type; `null` where this installation has no way. */
export function wayTo(type: ContactType, deliverable: ReadonlySet<ChallengeMethod>): "email" | "sms" | "voice" | null {
  if (type === "email") return deliverable.has("email") ? "email" : null;
  if (type === "mobilePhone" && deliverable.has("sms")) return "sms";
  return deliverable.has("voice") || deliverable.has("officePhone") ? "voice" : null;
}

export const conflict = (reason: string, detail: string, more: Readonly<Record<string, unknown>> = {}) =>
  new Problem("conflict", { detail, extensions: { reason, ...more } });

export const recoveryFrozen = () =>
  conflict(
    "recovery-frozen",
    "Somebody said that a change was not theirs. Prove who you are by two kinds of methods that are older than it.",
  );

/** @param id the method that has the value already */
export const alreadyRegistered = (id: string) => conflict("already-registered", "You have registered this already.", { id });
