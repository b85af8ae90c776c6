import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import { DAY } from "../kit/clock.ts";

/** So long whoever looks into a failure finds the job. It names a person and holds a sealed origin: no longer than that. */
const KEPT_MS = 30 * DAY;

/** Deletes a batch of jobs that failed for good, which the library keeps for ever. @returns how many */
export async function forgetOldJobs(db: Db, now: number, limit: number): Promise<number> {
  const { rows } = await sql`
    delete from graphile_worker._private_jobs where id in (
      select id from graphile_worker._private_jobs
      where attempts >= max_attempts and locked_at is null and updated_at <= ${new Date(now - KEPT_MS)}
      limit ${limit} for update skip locked
    ) returning 1`.execute(db);
  return rows.length;
}
