import type { NeedRights } from "../http/rights-guard.ts";
import type { Server } from "../http/server.ts";
import { MINUTE, SECOND } from "../kit/clock.ts";
import { createRepetition, type Repetition } from "../kit/repetition.ts";
import { closeFlows } from "../reports/close-flows.pg.ts";
import { createCountRegistration } from "../reports/count-registration.pg.ts";
import { createReadRegistration, createRenewSnapshot } from "../reports/read-registration.ts";
import { createReadResets } from "../reports/read-resets.pg.ts";
import { createReadRegistrations } from "../reports/registrations-by-day.pg.ts";
import { registerReportRoutes } from "../reports/reports.http.ts";
import { createSnapshotStore } from "../reports/snapshot-store.pg.ts";
import type { Common } from "./resets.ts";

export type ReportParts = Pick<Common, "db" | "clock" | "channels">;

const RENEWAL_EVERY_MS = 15 * SECOND;
const CLOSING_EVERY_MS = MINUTE;

/** Registration and resets in figures, over HTTP. */
export function composeReports(common: ReportParts, api: Server, need: NeedRights): void {
  const { db, clock } = common;
  registerReportRoutes(api, {
    need,
    clock,
    readRegistration: createReadRegistration(snapshots(common)),
    readRegistrations: createReadRegistrations(db),
    readResets: createReadResets(db),
  });
}

/** What a worker does for the reports: counts what has become of resets, and counts large organisations anew. */
export function composeReportUpkeep(
  common: ReportParts & { resetTtlSeconds: number; log: { warn(details: object, message: string): void } },
): Pick<Repetition, "start" | "stop"> {
  const { db, clock, resetTtlSeconds, log } = common;
  const rests = (ms: number) => (error: unknown) => {
    log.warn({ err: error }, "the figures of reports could not be brought up to date yet");
    return ms;
  };
  const renew = createRenewSnapshot(snapshots(common));
  const renewing = createRepetition(async () => ((await renew()) ? 0 : RENEWAL_EVERY_MS), rests(RENEWAL_EVERY_MS));
  const lifetimeMs = resetTtlSeconds * SECOND;
  // What lay in the state store while no worker ran is moved and sealed first: not in the first turn.
  let turns = 0;
  const closing = createRepetition(
    async () => (turns++ > 0 && (await closeFlows({ db, lifetimeMs }, clock.now())) > 0 ? 0 : CLOSING_EVERY_MS),
    rests(CLOSING_EVERY_MS),
  );
  return {
    start() {
      renewing.start();
      closing.start();
    },
    async stop() {
      await Promise.all([renewing.stop(), closing.stop()]);
    },
  };
}

function snapshots({ db, clock, channels }: ReportParts) {
  const circumstances = () => ({ now: clock.now(), deliverable: channels.deliverable });
  return { store: createSnapshotStore(db), count: createCountRegistration({ db, circumstances }), clock };
}
