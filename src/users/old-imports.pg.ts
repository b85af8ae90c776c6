import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import { DAY } from "../kit/clock.ts";

/** Reports of old imports are personal data that nobody reads any more. */
const KEPT_MS = 30 * DAY;

/** Deletes a batch of old reports: rows first, since one import has a million of them, then jobs that have none left. @returns how many */
export async function forgetOldImports(db: Db, now: number, limit: number): Promise<number> {
  const old = new Date(now - KEPT_MS);
  const { rows } = await sql`
    delete from import_rows where (job_id, line, position) in (
      select r.job_id, r.line, r.position from import_rows r join import_jobs j on j.id = r.job_id where j.created_at <= ${old}
      limit ${limit} for update of r skip locked
    ) returning 1`.execute(db);
  if (rows.length === limit) return limit;
  const { rows: jobs } = await sql`
    delete from import_jobs where id in (
      select j.id from import_jobs j where j.created_at <= ${old} and not exists (select 1 from import_rows r where r.job_id = j.id)
      limit ${limit} for update skip locked
    ) returning 1`.execute(db);
  return jobs.length;
}
