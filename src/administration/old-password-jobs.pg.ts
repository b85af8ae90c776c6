import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import { DAY } from "../kit/clock.ts";
import { RESULTS_MS } from "./password-job.ts";

/** Outcomes are personal data that nobody reads any more. */
const KEPT_MS = 30 * DAY;

/** Deletes a batch of passwords that nobody took in time; then of old rows; then jobs that have none left. @returns how many */
export async function forgetOldPasswordJobs(db: Db, now: number, limit: number): Promise<number> {
  const { rows: emptied } = await sql`
    update password_job_rows set sealed_password = null where (job_id, position) in (
      select r.job_id, r.position from password_job_rows r join password_jobs j on j.id = r.job_id
      where r.sealed_password is not null and (j.finished_at <= ${new Date(now - RESULTS_MS)} or j.acknowledged_at is not null
        or (j.state = 'cancelled' and r.state = 'pending')) limit ${limit} for update of r skip locked
    ) returning 1`.execute(db);
  if (emptied.length === limit) return limit;
  const old = new Date(now - KEPT_MS);
  const { rows } = await sql`
    delete from password_job_rows where (job_id, position) in (
      select r.job_id, r.position from password_job_rows r join password_jobs j on j.id = r.job_id
      where j.created_at <= ${old} and j.state <> 'running' limit ${limit} for update of r skip locked
    ) returning 1`.execute(db);
  if (rows.length === limit) return limit;
  const { rows: jobs } = await sql`
    delete from password_jobs where id in (
      select j.id from password_jobs j where j.created_at <= ${old} and j.state <> 'running'
        and not exists (select 1 from password_job_rows r where r.job_id = j.id)
      limit ${limit} for update skip locked
    ) returning 1`.execute(db);
  return Math.max(emptied.length, rows.length, jobs.length);
}
