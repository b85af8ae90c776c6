import { sql } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import { newId, type Random } from "../kit/random.ts";
import { RESTORABLE_MS } from "./leaving.ts";

/**
 * Deletes for good whoever was removed so long ago that nobody can restore them. From then on the name is free; what is on the record
 * about them stays, by their id. @returns how many
 */
export function createForgetRemovedPeople(random: Random): (db: Db, now: number, limit: number) => Promise<number> {
  return (db, now, limit) =>
    db.transaction().execute(async (trx) => {
      const { rows } = await sql<{ id: string; tenantId: string }>`
        delete from users where id in (
          select id from users where deleted_at <= ${new Date(now - RESTORABLE_MS)} limit ${limit} for update skip locked
        ) returning id, tenant_id as "tenantId"`.execute(trx);
      const actor = { kind: "system" } as const;
      if (rows.length > 0)
        await writeAuditEvents(
          trx,
          rows.map(({ id, tenantId }) => {
            return { id: newId(random), at: now, tenantId, type: "user.purge", outcome: "success", actor, userId: id, details: {} };
          }),
        );
      return rows.length;
    });
}
