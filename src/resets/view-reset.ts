import { type Clock, timestamp } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import { newId, type Random } from "../kit/random.ts";
import { flowAddress } from "./account-tag.ts";
import { type ResetHolder, tokenHashOf } from "./flow-holder.ts";
import type { JudgeFlow } from "./judge-flow.ts";
import { type NotSent, notSentOf } from "./not-sent.ts";
import type { ResetFlow } from "./reset-flow.ts";
import type { ResetStore } from "./reset-store.ts";

interface Deps {
  readonly store: ResetStore;
  readonly judgeFlow: JudgeFlow;
  readonly clock: Clock;
  readonly random: Random;
}

export interface ResetView {
  readonly id: string;
  readonly expiresAt: string;
  readonly next: "challenge" | "password" | "unlock";
  /** The pending challenge, where no provider took its message: another way is to be tried. Never before the first proof (`not-sent.ts`). */
  readonly notSent?: NotSent;
}

export type ReadFlow = (holder: ResetHolder) => Promise<ResetFlow>;
export type ViewReset = (holder: ResetHolder) => Promise<ResetView>;
export type CancelReset = (holder: ResetHolder) => Promise<void>;

/** The flow of its holder. @throws {Problem} `invalid-reset-token` */
export function createReadFlow({ store, clock }: Pick<Deps, "store" | "clock">): ReadFlow {
  return async (holder) => {
    const address = flowAddress(holder.id);
    const found = address === null ? null : await store.read(address, { now: clock.now(), tokenHash: tokenHashOf(holder) });
    if (found === null || found.outcome === "invalid") throw new Problem("invalid-reset-token");
    return found.flow;
  };
}

export function createViewReset(deps: Deps): ViewReset {
  const readFlow = createReadFlow(deps);
  return async (holder) => {
    const flow = await readFlow(holder);
    // Before the first proof the answer is the same for everybody, after the same work.
    const open = Object.keys(flow.proofs).length > 0 && (await deps.judgeFlow(flow)).step === "open";
    const notSent = notSentOf(flow);
    return {
      id: flow.id,
      expiresAt: timestamp(flow.expiresAt),
      next: open ? endOf(flow) : "challenge",
      ...(notSent === null ? {} : { notSent }),
    };
  };
}

function endOf({ purpose }: ResetFlow): "password" | "unlock" {
  return purpose === "unlock" ? "unlock" : "password";
}

export function createCancelReset({ store, clock, random }: Deps): CancelReset {
  return async (holder) => {
    const address = flowAddress(holder.id);
    const result =
      address === null ? null : await store.cancel(address, { now: clock.now(), tokenHash: tokenHashOf(holder), eventId: newId(random) });
    if (result === null || result.outcome === "invalid") throw new Problem("invalid-reset-token");
  };
}
