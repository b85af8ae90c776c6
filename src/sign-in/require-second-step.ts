import { type Clock, MINUTE } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import type { ChallengeMethod } from "../methods/method.ts";
import type { UsableMethod } from "../policy/eligibility.ts";
import type { Account } from "../users/account.ts";
import type { AccountStore } from "../users/account-store.ts";
import { needsTwoGates } from "../users/roles.ts";
import { kindsOf, secondStepMethods } from "./provable-methods.ts";
import { reauthenticationRequired } from "./require-fresh-proof.ts";
import { provedBy, type Session } from "./session.ts";
import type { Person } from "./session-person.ts";

/** So long a second step lets an administrator act (security.md K04: at most 15 minutes for resets, policy and roles). */
export const ACT_WITHIN_MS = 15 * MINUTE;

export interface Stepped {
  readonly account: Account;
  /** @throws {Problem} `reauthentication-required` unless the second step is fresh */
  demand(): void;
  /**
   * For whoever only looks: a session of somebody who meets the two gates had a second step at some time. One that was opened by the password
   * alone, before the role was given, is no administrator's yet (security.md K04).
   * @throws {Problem} `reauthentication-required`
   */
  demandOnce(): void;
}

/**
 * Who calls the administration with a session, as they are now. One statement.
 * @throws {Problem} `unauthenticated` for somebody who is gone or disabled, or whose sessions were ended
 */
export type RequireSecondStep = (caller: Person) => Promise<Stepped>;

interface Deps {
  readonly accounts: AccountStore;
  readonly clock: Clock;
  readonly deliverable: ReadonlySet<ChallengeMethod>;
}

/**
 * The password came with the sign-in that opened the session; beside it one registered method must have been proved within the time. A method
 * that is gone, or was changed since, proves nothing any more.
 */
export function createRequireSecondStep({ accounts, clock, deliverable }: Deps): RequireSecondStep {
  return async ({ id, session }) => {
    const account = await accounts.findById(id, "");
    if (account === null || !account.enabled || session === null) throw new Problem("unauthenticated");
    // The session store may not have heard yet that the sessions were ended: a durable job tells it. PostgreSQL knows.
    if (account.credentialVersion !== session.credentialVersion) throw new Problem("unauthenticated");
    const required = (isEnough: (methods: readonly UsableMethod[], now: number) => boolean) => {
      const now = clock.now();
      const methods = secondStepMethods(account, { now, deliverable });
      if (isEnough(methods, now)) return;
      const ways = methods.map(({ method, methodId, hint }) => ({ method, methodId, hint }));
      throw reauthenticationRequired(ways, Math.min(1, kindsOf(methods)), ACT_WITHIN_MS);
    };
    return {
      account,
      demand: () => required((methods, now) => isFresh(session, methods, now)),
      demandOnce: () => required(() => !needsTwoGates(account.roles) || session.proofs.some(({ kind }) => kind !== "password")),
    };
  };
}

/** Another node's clock may be a little ahead; a proof from further in the future is no proof. */
function isFresh({ proofs }: Session, methods: readonly UsableMethod[], now: number): boolean {
  return proofs.some((proof) => {
    const age = now - proof.at;
    return age <= ACT_WITHIN_MS && age >= -MINUTE && methods.some((method) => provedBy(proof, method));
  });
}
