import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Clock } from "../kit/clock.ts";
import { newId, type Random } from "../kit/random.ts";
import type { RecordSent } from "./sent.ts";

/** `message.sent` in the audit log: one statement of a job, after which nobody waits. */
export function createRecordSent({ db, clock, random }: { db: Db; clock: Clock; random: Random }): RecordSent {
  return async ({ tenantId, ...subject }, details) => {
    const event = { id: newId(random), at: clock.now(), tenantId: tenantId ?? null, ...subject, details };
    const sent = { ...event, type: "message.sent", outcome: "success", actor: { kind: "system" } } as const;
    await writeAuditEvents(db, [{ ...sent, details: { ...details } }]).catch(() => undefined);
  };
}
