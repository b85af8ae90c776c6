import { type Selectable, sql, type Transaction } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import type { Sealer } from "../keys/sealer.ts";
import { newId, type Random } from "../kit/random.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import { createTenantOpen } from "../tenants/tenant-open.pg.ts";
import { rightsOf } from "../users/rights.ts";
import { applyRow, settleRow } from "./apply-password-row.pg.ts";
import { type PasswordJob, placeOfRow } from "./password-job.ts";
import type { JobPart, PasswordJobParts } from "./password-job-part.ts";
import { jobOf, tellAdministrators } from "./password-job-store.pg.ts";

interface Deps {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly random: Random;
}

type Trx = Transaction<Database>;

export function createPasswordJobParts(deps: Deps): PasswordJobParts {
  const { db } = deps;
  return {
    take: (jobId, part, size) => take(deps, jobId, part, size),
    open: ({ tenantId }) => createTenantOpen(db)(tenantId),
    apply: (part, row, prepared, now) => db.transaction().execute((trx) => applyRow(trx, deps, part, row, prepared, now)),
    settle: (part, row, outcome, now) => db.transaction().execute((trx) => settleRow(trx, part.job, row, outcome, now)),
    end: (part, last, now) => db.transaction().execute((trx) => end(trx, deps.random, part, last, now)),
  };
}

async function take({ db, sealer }: Deps, jobId: string, part: number, size: number): Promise<JobPart | null> {
  const found = await db
    .selectFrom("password_jobs")
    .selectAll()
    .where("id", "=", jobId)
    .where("part", "=", part)
    .where("state", "=", "running")
    .executeTakeFirst();
  // Of a suspended organisation nothing is done; the job is queued again when it is resumed.
  if (found === undefined || !(await createTenantOpen(db)(found.tenant_id))) return null;
  const job = jobOf(found);
  const { rows } = await sql<{ position: number; user_id: string; sealed_password: Buffer | null }>`
    select position, user_id, sealed_password from password_job_rows
    where job_id = ${jobId} and state = 'pending' and position > ${found.reached} order by position limit ${size}`.execute(db);
  return {
    job,
    part,
    roles: await presentRoles(db, job),
    rows: rows.map(({ position, user_id: userId, sealed_password: sealed }) => ({
      position,
      userId,
      password: sealed === null ? null : sealer.unseal(placeOfRow(jobId, position), sealed),
    })),
  };
}

/** A job runs for a while: who lost the right since then goes on with nothing. */
async function presentRoles(db: Db, { tenantId, requestedBy }: PasswordJob): Promise<readonly string[] | null> {
  if (requestedBy.kind === "app") {
    const app = await sql`
      select 1 from apps where id = ${requestedBy.id} and tenant_id = ${tenantId} and 'resets:write' = any(scopes)`.execute(db);
    return app.rows.length === 0 ? null : [];
  }
  if (requestedBy.kind !== "user") return [];
  const { rows } = await sql<{ roles: string[] }>`
    select array(select role from held_roles where user_id = u.id) as roles
    from users u where u.id = ${requestedBy.id} and u.tenant_id = ${tenantId} and u.enabled and u.deleted_at is null`.execute(db);
  const [person] = rows;
  return person !== undefined && rightsOf(person.roles).has("resets:write") ? person.roles : null;
}

/** Counted from the rows of the stretch that this part finished: exact, whatever was tried twice. */
async function end(trx: Trx, random: Random, { job, part, rows }: JobPart, last: boolean, now: number): Promise<void> {
  const to = last ? 2 ** 31 - 1 : (rows.at(-1)?.position ?? 0);
  const { rows: moved } = await sql<Selectable<Database["password_jobs"]>>`
    with mine as materialized (
      select id, reached from password_jobs where id = ${job.id} and part = ${part} and state = 'running' for update
    ), stretch as materialized (
      select count(*) filter (where r.state = 'done')::integer as done, count(*) filter (where r.state = 'failed')::integer as failed,
        count(*) filter (where r.state = 'skipped')::integer as skipped
      from password_job_rows r join mine on r.job_id = mine.id where r.position > mine.reached and r.position <= ${to}
    )
    update password_jobs j set part = j.part + 1, reached = ${to}, done = j.done + s.done, failed = j.failed + s.failed,
      skipped = j.skipped + s.skipped, state = ${last ? "done" : "running"}, finished_at = ${last ? new Date(now) : null}
    from stretch s, mine where j.id = mine.id returning j.*`.execute(trx);
  const [row] = moved;
  // Another process was here before, or it was cancelled.
  if (row === undefined) return;
  if (last) await finish(trx, random, jobOf(row), row.sealed_email_to !== null, now);
  else await createMessageQueue(trx).enqueue({ task: "run-password-job", passwordJobId: job.id, part: part + 1 });
}

async function finish(trx: Trx, random: Random, job: PasswordJob, mail: boolean, now: number): Promise<void> {
  const { id: jobId, tenantId, kind, total, done, failed, skipped, requestedBy: actor } = job;
  const details = { total, done, failed, skipped };
  await writeAuditEvents(trx, [
    { id: newId(random), at: now, tenantId, type: "password-job.finish", outcome: "success", actor, details: { jobId, kind, ...details } },
  ]);
  if (mail) await createMessageQueue(trx).enqueue({ task: "send-password-job-notice", passwordJobId: jobId });
  await tellAdministrators(trx, job, { actor, at: now });
}
