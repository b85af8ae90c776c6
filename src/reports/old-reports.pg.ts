import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import { DAY } from "../kit/clock.ts";
import { dayOf } from "./day-counts.ts";
import { FORGOTTEN_AFTER_MS } from "./snapshot-store.pg.ts";

/** As long as somebody may want to compare one year with the one before. They say nothing about anybody. */
const COUNTS_KEPT_MS = 800 * DAY;

/** Deletes a batch of old counts, or else kept reports that nobody asks for. @returns how many */
export async function forgetOldReports(db: Db, now: number, limit: number): Promise<number> {
  const { rows } = await sql`
    delete from event_day_counts where ctid in (
      select ctid from event_day_counts where day < ${dayOf(new Date(now - COUNTS_KEPT_MS))} limit ${limit} for update skip locked
    ) returning 1`.execute(db);
  if (rows.length > 0) return rows.length;
  const { rows: snapshots } = await sql`
    delete from registration_snapshots where tenant_id in (
      select tenant_id from registration_snapshots where asked_at <= ${new Date(now - FORGOTTEN_AFTER_MS)} limit ${limit} for update skip locked
    ) returning 1`.execute(db);
  return snapshots.length;
}
