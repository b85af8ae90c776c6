import type { Clock } from "../kit/clock.ts";
import { SECOND } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import { newId, type Random } from "../kit/random.ts";
import type { Lockout } from "../sign-in/lockout.ts";
import { flowAddress } from "./account-tag.ts";
import { type ResetHolder, tokenHashOf } from "./flow-holder.ts";
import type { JudgeFlow } from "./judge-flow.ts";
import type { ResetFlow } from "./reset-flow.ts";
import type { ResetStore } from "./reset-store.ts";

/** Longer than clearing and recording take; a claim whose process died ends by itself. */
const CLAIM_MS = 30 * SECOND;

export interface UnlockFacts {
  readonly flow: ResetFlow;
  readonly userId: string;
  readonly now: number;
  readonly eventId: string;
}

/** The audit event and the notice to the person, in one transaction. */
export type RecordUnlock = (facts: UnlockFacts) => Promise<void>;

export interface CompleteUnlockDeps {
  readonly store: ResetStore;
  readonly judgeFlow: JudgeFlow;
  readonly lockout: Lockout;
  readonly recordUnlock: RecordUnlock;
  readonly clock: Clock;
  readonly random: Random;
}

export type CompleteUnlock = (holder: ResetHolder) => Promise<void>;

/**
 * Lifts the lockout of sign-in, for all sources, once: the password stays, and whoever knows it may use it again. The same gates as for a
 * new password, judged anew here; the organisation must still allow it (entra-sspr.md §6.2, row 27: one unlock for everything).
 */
export function createCompleteUnlock({ store, judgeFlow, lockout, recordUnlock, clock, random }: CompleteUnlockDeps): CompleteUnlock {
  return async (holder) => {
    const address = flowAddress(holder.id);
    if (address === null) throw new Problem("invalid-reset-token");
    const tokenHash = tokenHashOf(holder);
    const found = await store.read(address, { now: clock.now(), tokenHash });
    if (found.outcome === "invalid" || found.flow.purpose !== "unlock") throw new Problem("invalid-reset-token");
    // Without any proof there is nothing to judge, for a decoy and for anybody: the same answer after the same work.
    if (Object.keys(found.flow.proofs).length === 0) throw new Problem("gates-not-passed");
    const judged = await judgeFlow(found.flow);
    if (judged.step !== "open" || !judged.account.tenant.policy.writeback.unlockWithoutReset) throw new Problem("gates-not-passed");
    const claimId = newId(random);
    const claimed = await store.claim(address, { now: clock.now(), tokenHash, claimId, leaseMs: CLAIM_MS });
    if (claimed.outcome === "invalid") throw new Problem("invalid-reset-token");
    const { flow } = claimed;
    const now = clock.now();
    try {
      // First on the record: who unlocks cannot be nobody. Should what follows fail, the person does it again.
      await recordUnlock({ flow, userId: judged.account.id, now, eventId: newId(random) });
      await lockout.clear(flow.account);
      await store.finish(address, { account: flow.account, now });
    } catch (error) {
      await store.release(address, { claimId }).catch(() => undefined);
      throw error;
    }
  };
}
