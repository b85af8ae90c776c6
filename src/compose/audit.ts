import { registerAuditRoutes } from "../audit/audit-events.http.ts";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import { createAuditRecords } from "../audit/audit-records.pg.ts";
import { recordRefusedCalls } from "../audit/refused-calls.http.ts";
import { createSealEvents } from "../audit/seal-events.pg.ts";
import type { SealEvents } from "../audit/seal-events.ts";
import { registerVerificationRoute } from "../audit/verification.http.ts";
import { createVerifyLog } from "../audit/verify-log.pg.ts";
import type { NeedRights } from "../http/rights-guard.ts";
import type { Server } from "../http/server.ts";
import { countEvents } from "../reports/count-events.pg.ts";
import type { Common } from "./resets.ts";

type Parts = Pick<Common, "db" | "keyring" | "clock">;

/** The audit log is sealed, and what is sealed is counted for the reports. */
export function composeSealing({ db, keyring, clock }: Parts): SealEvents {
  return createSealEvents({ db, keyring, clock, countEvents });
}

/** Whoever is refused in the administration is on the record: all routes that come after. */
export function composeRefusals({ db, state, clock, random }: Common, api: Server): void {
  recordRefusedCalls(api, { record: (event) => writeAuditEvents(db, [event]), throttle: state.throttle, clock, random });
}

/** The audit log over HTTP. */
export function composeAudit(common: Common, need: NeedRights): (api: Server) => void {
  const { db, clock, random } = common;
  return (api) => {
    registerAuditRoutes(api, { need, records: createAuditRecords(db), record: (event) => writeAuditEvents(db, [event]), clock, random });
    registerVerificationRoute(api, { need, verifyLog: createVerifyLog({ ...common, sealEvents: composeSealing(common) }) });
  };
}
