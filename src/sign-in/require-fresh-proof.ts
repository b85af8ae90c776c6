import { type Clock, SECOND } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import type { ChallengeMethod } from "../methods/method.ts";
import type { Account } from "../users/account.ts";
import type { AccountStore } from "../users/account-store.ts";
import { judgeFreshness } from "./fresh-proof.ts";
import { FRESH_MS, type Session } from "./session.ts";
import type { Person } from "./session-person.ts";

export interface FreshlyProved {
  readonly account: Account;
  readonly session: Session;
  /** Ids of the registered values that proved it. */
  readonly byMethods: readonly string[];
}

/**
 * Lets through who proved lately enough who they are. One statement.
 * @throws {Problem} `reauthentication-required` with `methods` and `proofsNeeded`; with no methods the way is to sign in again
 * @throws {Problem} `unauthenticated` for somebody who is gone or disabled
 */
export type RequireFreshProof = (caller: Person) => Promise<FreshlyProved>;

interface Deps {
  readonly accounts: AccountStore;
  readonly clock: Clock;
  readonly deliverable: ReadonlySet<ChallengeMethod>;
}

export function createRequireFreshProof({ accounts, clock, deliverable }: Deps): RequireFreshProof {
  return async ({ id, session }) => {
    const account = await accounts.findById(id, "");
    if (account === null || !account.enabled) throw new Problem("unauthenticated");
    // A token of another issuer has no session here that a proof could be kept in: its holder signs in here.
    if (session === null) throw reauthenticationRequired([], 1);
    const judged = judgeFreshness(account, session, { now: clock.now(), deliverable });
    if (judged.fresh) return { account, session, byMethods: judged.byMethods };
    throw reauthenticationRequired(
      judged.methods.map(({ method, methodId, hint }) => ({ method, methodId, hint })),
      judged.needed,
    );
  };
}

/** RFC 9470 §3. @param maxAgeMs how old the proofs may be */
export function reauthenticationRequired(
  methods: readonly { method: ChallengeMethod; methodId: string; hint: string }[],
  proofsNeeded: number,
  maxAgeMs = FRESH_MS,
) {
  return new Problem("reauthentication-required", {
    extensions: { methods, proofsNeeded },
    wwwAuthenticate: `Bearer error="insufficient_user_authentication", max_age=${maxAgeMs / SECOND}`,
  });
}
