import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";

const BATCH = 20_000;

/**
 * Deletes the passwords of a job that is over, a batch at a time: all of a large one would take longer than a statement may. Whoever
 * decided that they go has committed it before, so nobody reads them any more; what is left when a process dies in between is forgotten by housekeeping.
 * @param which `pending`: those that came with the names of people whose turn never came
 */
export async function forgetJobPasswords(db: Db, jobId: string, which: "all" | "pending"): Promise<void> {
  const those = which === "pending" ? sql`and state = 'pending'` : sql``;
  for (;;) {
    const { numAffectedRows = 0n } = await sql`
      update password_job_rows set sealed_password = null where job_id = ${jobId} and position in (
        select position from password_job_rows where job_id = ${jobId} and sealed_password is not null ${those} limit ${BATCH}
      )`.execute(db);
    if (numAffectedRows < BigInt(BATCH)) return;
  }
}
