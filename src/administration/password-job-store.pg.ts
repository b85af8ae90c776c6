import { randomUUID } from "node:crypto";
import { type Selectable, sql, type Transaction } from "kysely";
import type { Actor } from "../audit/audit-event.ts";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import type { Sealer } from "../keys/sealer.ts";
import { newId, type Random } from "../kit/random.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import type { RecordedAct } from "../users/user-writer.ts";
import { forgetJobPasswords } from "./forget-job-passwords.pg.ts";
import { isNearlyEveryone } from "./nearly-everyone.pg.ts";
import type { JobOrder, PasswordJob, PasswordJobStore } from "./password-job.ts";
import { insertEverybody, insertGroup, insertList } from "./password-job-rows.pg.ts";

interface Deps {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly random: Random;
}

/** Thrown to roll back; they never leave this file. */
class NoSuchGroup extends Error {}
class NearlyEveryone extends Error {}

export function createPasswordJobStore(deps: Deps): PasswordJobStore {
  const { db } = deps;
  const mine = (tenantId: string, kind: PasswordJob["kind"]) =>
    db.selectFrom("password_jobs").selectAll().where("tenant_id", "=", tenantId).where("kind", "=", kind);
  return {
    async begin(order, act, alone) {
      try {
        return { outcome: "begun", job: await db.transaction().execute((trx) => begin(trx, deps, order, act, alone)) };
      } catch (error) {
        if (error instanceof NoSuchGroup) return { outcome: "unknown-group" };
        if (error instanceof NearlyEveryone) return { outcome: "nearly-everyone" };
        throw error;
      }
    },
    async read(tenantId, kind, jobId) {
      const row = await mine(tenantId, kind).where("id", "=", jobId).executeTakeFirst();
      return row === undefined ? null : jobOf(row);
    },
    async page(tenantId, kind, after, limit) {
      const from =
        after === null
          ? mine(tenantId, kind)
          : mine(tenantId, kind).where(sql<boolean>`(created_at, id) < (${new Date(after.createdAt)}, ${after.id}::uuid)`);
      const rows = await from.orderBy("created_at", "desc").orderBy("id", "desc").limit(limit).execute();
      return rows.map(jobOf);
    },
    async cancel(job, act, reason) {
      const over = await db.transaction().execute((trx) => cancel(trx, deps.random, job, act, reason));
      if (over.state === "cancelled") await forgetJobPasswords(db, over.id, "pending");
      return over;
    },
  };
}

export function jobOf(row: Selectable<Database["password_jobs"]>): PasswordJob {
  const { id, kind, state, whom, mode, total, done, failed, skipped } = row;
  return {
    ...{ id, kind, state, whom, mode, total, done, failed, skipped },
    tenantId: row.tenant_id,
    mustChange: row.must_change,
    requestedBy: row.requested_by as Actor,
    createdAt: row.created_at.getTime(),
    finishedAt: row.finished_at?.getTime() ?? null,
    acknowledgedAt: row.acknowledged_at?.getTime() ?? null,
  };
}

type Trx = Transaction<Database>;

async function begin(trx: Trx, deps: Deps, order: JobOrder, act: RecordedAct, alone: boolean): Promise<PasswordJob> {
  const { sealer, random } = deps;
  const { kind, whom, mode, mustChange, emailTo } = order;
  const { tenantId, actor, now } = act;
  const id = randomUUID();
  await trx
    .insertInto("password_jobs")
    .values({
      ...{ id, kind, mode, state: "running", whom: whom.kind, tenant_id: tenantId, must_change: mustChange },
      sealed_email_to: emailTo === null ? null : sealer.seal(placeOfAddress(id), emailTo),
      requested_by: JSON.stringify(actor),
      created_at: new Date(now),
    })
    .execute();
  if (whom.kind === "list") await insertList(trx, sealer, { jobId: id, tenantId }, whom.rows);
  else if (whom.kind === "all") await insertEverybody(trx, { jobId: id, tenantId });
  else if (!(await insertGroup(trx, { jobId: id, tenantId }, whom.id))) throw new NoSuchGroup();
  if (kind === "reset" && whom.kind !== "all" && (await isNearlyEveryone(trx, tenantId, id))) throw new NearlyEveryone();
  const row = await trx
    .updateTable("password_jobs")
    .set({ total: sql<number>`(select count(*)::integer from password_job_rows where job_id = ${id})` })
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const group = whom.kind === "group" ? { groupId: whom.id } : {};
  const details = { jobId: id, kind, whom: whom.kind, ...group, mode, mustChange, total: row.total, ...(alone ? { alone: true } : {}) };
  await writeAuditEvents(trx, [{ id: newId(random), at: now, tenantId, type: "password-job.start", outcome: "success", actor, details }]);
  await createMessageQueue(trx).enqueue({ task: "run-password-job", passwordJobId: id, part: 0 });
  return jobOf(row);
}

export function placeOfAddress(jobId: string): string {
  return `password_jobs/${jobId}/email`;
}

/** A job with the address of whoever is to be told; `null` where either is gone. */
export function createFindAddressed({ db, sealer }: Pick<Deps, "db" | "sealer">) {
  return async (jobId: string): Promise<{ job: PasswordJob; emailTo: string } | null> => {
    const addressed = db.selectFrom("password_jobs").selectAll().where("id", "=", jobId).where("sealed_email_to", "is not", null);
    const row = await addressed.executeTakeFirst();
    const sealed = row?.sealed_email_to ?? null;
    return row === undefined || sealed === null ? null : { job: jobOf(row), emailTo: sealer.unseal(placeOfAddress(jobId), sealed) };
  };
}

/**
 * Each row is written under a share of the job's lock: the update waits for those that run, and there is no other after it. Rows that are pending
 * then stay so, and are shown as cancelled: to write a million of them takes longer than a statement may.
 */
async function cancel(trx: Trx, random: Random, job: PasswordJob, act: RecordedAct, reason?: string): Promise<PasswordJob> {
  const { id: jobId } = job;
  const { tenantId, actor, now } = act;
  const stopped = await trx
    .updateTable("password_jobs")
    .set({ state: "cancelled", finished_at: new Date(now) })
    .where("tenant_id", "=", tenantId)
    .where("id", "=", jobId)
    .where("state", "=", "running")
    .executeTakeFirst();
  if (stopped.numUpdatedRows > 0n) {
    await sql`
      update password_jobs j set done = c.done, failed = c.failed, skipped = c.skipped from (
        select count(*) filter (where state = 'done')::integer as done, count(*) filter (where state = 'failed')::integer as failed,
          count(*) filter (where state = 'skipped')::integer as skipped
        from password_job_rows where job_id = ${jobId}
      ) c where j.tenant_id = ${tenantId} and j.id = ${jobId}`.execute(trx);
  }
  const found = trx.selectFrom("password_jobs").selectAll().where("tenant_id", "=", tenantId).where("id", "=", jobId);
  const row = await found.executeTakeFirstOrThrow();
  const over = jobOf(row);
  if (stopped.numUpdatedRows === 0n) return over;
  const { kind, total, done, failed, skipped, requestedBy } = over;
  const counts = { total, done, failed, skipped };
  const event = { id: newId(random), at: now, tenantId, type: "password-job.cancel", outcome: "success", actor } as const;
  const why = reason === undefined ? {} : { reason };
  await writeAuditEvents(trx, [{ ...event, ...why, details: { jobId, kind, ...counts } }]);
  if (row.sealed_email_to !== null) await createMessageQueue(trx).enqueue({ task: "send-password-job-notice", passwordJobId: jobId });
  await tellAdministrators(trx, over, { actor: requestedBy, at: now });
  return over;
}

/** One for all of them, in place of one for each person; however it ended. */
export async function tellAdministrators(trx: Trx, job: PasswordJob, { actor, at }: { actor: Actor; at: number }): Promise<void> {
  const { tenantId, kind, total, done, failed, skipped } = job;
  if (kind !== "reset" || done === 0) return;
  const details = { total, done, failed, skipped };
  await createMessageQueue(trx).enqueue({ task: "send-administrators-notice", tenantId, notice: "job-finished", actor, at, details });
}
