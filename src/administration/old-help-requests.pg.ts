import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import { DAY } from "../kit/clock.ts";

/** What strangers wrote is not kept for longer than it helps; that somebody asked stays in the audit log. */
const KEPT_MS = 90 * DAY;

/** Forgets requests for help that nobody has asked for again, resolved or not. Answers how many, `limit` at most. */
export async function forgetOldHelpRequests(db: Db, now: number, limit: number): Promise<number> {
  const { rows } = await sql`
    delete from help_requests where id in (
      select id from help_requests where last_requested_at <= ${new Date(now - KEPT_MS)} limit ${limit} for update skip locked
    ) returning 1`.execute(db);
  return rows.length;
}
