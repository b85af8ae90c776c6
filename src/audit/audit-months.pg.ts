import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import { sha256 } from "../kit/seal.ts";
import { writeAuditEvents } from "./audit-log.pg.ts";

/** Never less: the database refuses it (entra-sspr.md keeps 30 days; 13 months show the same day of the year before). */
const KEEP_DAYS = 400;

/**
 * Makes the months that come, and drops the oldest that is over for {@link KEEP_DAYS}: one in a turn, since that locks the log for a moment.
 * What is dropped is on the record. Answers how many were dropped.
 */
export async function keepAuditMonths(db: Db, now: number): Promise<number> {
  await sql`
    select add_audit_month(${new Date(now)}::timestamptz + ahead * interval '1 month') from generate_series(0, 3) ahead`.execute(db);
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ month: string; events: string }>`
      select to_char(month, 'YYYY-MM') as month, events from retire_audit_month(${KEEP_DAYS})`.execute(trx);
    await writeAuditEvents(
      trx,
      rows.map(({ month, events }) => ({
        id: sha256(`audit month ${month}`).slice(0, 22),
        at: now,
        tenantId: null,
        type: "audit.retire",
        outcome: "success",
        actor: { kind: "system" },
        details: { month, events: Number(events) },
      })),
    );
    return rows.length;
  });
}
