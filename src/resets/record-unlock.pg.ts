import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import type { RecordUnlock } from "./complete-unlock.ts";

export function createRecordUnlock(db: Db): RecordUnlock {
  return ({ flow, userId, now, eventId }) =>
    db.transaction().execute(async (trx) => {
      const { id: flowId, supportCode, tenantId = null, origin } = flow;
      await writeAuditEvents(trx, [
        {
          ...{ id: eventId, at: now, tenantId, type: "reset.unlock", outcome: "success", actor: { kind: "user", id: userId } },
          ...{ userId, flowId, supportCode, details: { gates: Object.keys(flow.proofs) } },
        },
      ]);
      await createMessageQueue(trx).enqueue({ task: "send-notice", notice: "unlocked", userId, flowId, origin });
    });
}
