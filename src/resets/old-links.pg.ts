import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";

/** Deletes a batch of links that are past their end: they open nothing, and answer like links that never were. @returns how many */
export async function forgetOldLinks(db: Db, now: number, limit: number): Promise<number> {
  const { rows } = await sql`
    delete from one_time_links where id in (
      select id from one_time_links where expires_at <= ${new Date(now)} limit ${limit} for update skip locked
    ) returning 1`.execute(db);
  return rows.length;
}
