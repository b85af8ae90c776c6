import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import { newId, type Random } from "../kit/random.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import type { BreakGlassAlarm } from "./finish-sign-in.ts";

export function createBreakGlassAlarm({ db, random }: { db: Db; random: Random }): BreakGlassAlarm {
  return ({ id: userId, tenant }, now) =>
    db.transaction().execute(async (trx) => {
      const actor = { kind: "user", id: userId } as const;
      const type = "sign-in.break-glass";
      await writeAuditEvents(trx, [
        { id: newId(random), at: now, tenantId: tenant.id, type, outcome: "success", actor, userId, details: {} },
      ]);
      const notice = { task: "send-administrators-notice", notice: "break-glass" } as const;
      await createMessageQueue(trx).enqueue({ ...notice, tenantId: tenant.id, userId, actor, at: now, details: {} });
    });
}
