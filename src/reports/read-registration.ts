import { type Clock, MINUTE } from "../kit/clock.ts";
import { shareRunOfEach } from "../kit/shared-run.ts";
import type { RegistrationReport } from "./registration-report.ts";

/** A report, and when its figures were counted. Milliseconds. */
export interface Counted {
  readonly asOf: number;
  readonly report: RegistrationReport;
}

/** Reads everybody: the time of it grows with the organisation. @throws when there is no such tenant */
export type CountRegistration = (tenantId: string) => Promise<RegistrationReport>;

/** Reports of organisations that are too large to be counted while somebody waits. */
export interface SnapshotStore {
  /** More people than {@link COUNTED_LIVE}? Looks at no more of them than that. */
  isLarge(tenantId: string): Promise<boolean>;
  /** The last report, and a note that it was asked for. One statement. */
  ask(tenantId: string, now: number): Promise<Counted | null>;
  /** Keeps a report, unless a newer one is there. */
  keep(tenantId: string, counted: Counted): Promise<void>;
  /** Takes one that is due to be counted anew, for nobody else while it is counted; `null` when none is. */
  claimDue(now: number): Promise<string | null>;
}

/** Up to as many people a report is counted at each call: that takes a tenth of a second. */
export const COUNTED_LIVE = 20_000;
/** How old a kept report becomes while somebody looks at it. */
export const RENEWED_AFTER_MS = 5 * MINUTE;
/** Somebody who asked so long ago is looking still. */
export const LOOKING_MS = 30 * MINUTE;

interface Deps {
  readonly store: SnapshotStore;
  readonly count: CountRegistration;
  readonly clock: Clock;
}

export type ReadRegistration = (tenantId: string) => Promise<Counted>;

/** The report of an organisation: counted now where it is small, else the kept one. The first call for a large one counts, and those that come meanwhile wait for the same count. */
export function createReadRegistration({ store, count, clock }: Deps): ReadRegistration {
  const countNow = async (tenantId: string): Promise<Counted> => ({ asOf: clock.now(), report: await count(tenantId) });
  const countLarge = shareRunOfEach(async (tenantId) => {
    const counted = await countNow(tenantId);
    await store.keep(tenantId, counted);
    return counted;
  });
  return async (tenantId) => {
    if (!(await store.isLarge(tenantId))) return countNow(tenantId);
    return (await store.ask(tenantId, clock.now())) ?? countLarge(tenantId);
  };
}

/** Counts one kept report anew that is due. Answers whether there was one. */
export function createRenewSnapshot({ store, count, clock }: Deps): () => Promise<boolean> {
  return async () => {
    const asOf = clock.now();
    const tenantId = await store.claimDue(asOf);
    if (tenantId === null) return false;
    await store.keep(tenantId, { asOf, report: await count(tenantId) });
    return true;
  };
}
