import { sql } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Sealer } from "../keys/sealer.ts";
import { newId, type Random } from "../kit/random.ts";
import { forgetJobPasswords } from "./forget-job-passwords.pg.ts";
import { type JobRow, type JobState, type PasswordJobResults, placeOfRow, type RowState } from "./password-job.ts";

interface Deps {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly random: Random;
}

interface Row {
  position: number;
  user_id: string | null;
  user_principal_name: string;
  state: RowState;
  reason: string | null;
  reasons: string[] | null;
  sealed_password: Buffer | null;
  expires_at: Date | null;
}

/** What became of a job, for whoever asked for it. */
export function createPasswordJobResults({ db, sealer, random }: Deps): PasswordJobResults {
  return {
    async rows({ id, state }, after, limit, open) {
      const { rows } = await sql<Row>`
        select position, user_id, user_principal_name, state, reason, reasons, sealed_password, expires_at
        from password_job_rows where job_id = ${id} and position > ${after} order by position limit ${limit}`.execute(db);
      return rows.map((row) => rowOf(row, state, open && row.state === "done" ? openedBy(sealer, id) : () => null));
    },
    async recordReading({ id: jobId, kind }, { tenantId, actor, now }, as, after) {
      const event = { id: newId(random), at: now, tenantId, type: "password-job.read-results", outcome: "success", actor } as const;
      await writeAuditEvents(db, [{ ...event, details: { jobId, kind, as, after } }]);
    },
    async acknowledge({ id: jobId, kind }, { tenantId, actor, now }) {
      await db.transaction().execute(async (trx) => {
        const taken = await trx
          .updateTable("password_jobs")
          .set({ acknowledged_at: new Date(now) })
          .where("tenant_id", "=", tenantId)
          .where("id", "=", jobId)
          .where("state", "<>", "running")
          .where("acknowledged_at", "is", null)
          .executeTakeFirst();
        if (taken.numUpdatedRows === 0n) return;
        const event = { id: newId(random), at: now, tenantId, type: "password-job.acknowledge", outcome: "success", actor } as const;
        await writeAuditEvents(trx, [{ ...event, details: { jobId, kind } }]);
      });
      await forgetJobPasswords(db, jobId, "all");
    },
  };
}

const openedBy =
  (sealer: Sealer, jobId: string) =>
  ({ position, sealed_password: sealed }: Row): string | null =>
    sealed === null ? null : sealer.unseal(placeOfRow(jobId, position), sealed);

/** Of a job that was cancelled nobody's turn comes any more. */
function rowOf(row: Row, ofJob: JobState, passwordOf: (row: Row) => string | null): JobRow {
  return {
    position: row.position,
    userId: row.user_id,
    userPrincipalName: row.user_principal_name,
    state: ofJob === "cancelled" && row.state === "pending" ? "cancelled" : row.state,
    reason: row.reason,
    reasons: row.reasons,
    temporaryPassword: passwordOf(row),
    expiresAt: row.expires_at?.getTime() ?? null,
  };
}
