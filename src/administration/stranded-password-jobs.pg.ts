import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import { HOUR } from "../kit/clock.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";

/** What is younger may be between two steps of the queue: giving one up is a step of its own after its last attempt. */
const STRANDED_AFTER_MS = HOUR;

/**
 * Queues the next part of jobs again that run and that nothing would go on with: where the database died while one was given up, it would be
 * running, with its passwords kept, for ever. A part that is queued twice is done once. @returns how many
 */
export function requeueStrandedPasswordJobs(db: Db, now: number, limit: number): Promise<number> {
  const since = new Date(now - STRANDED_AFTER_MS);
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ id: string; part: number }>`
      select j.id, j.part from password_jobs j
      where j.state = 'running' and j.created_at <= ${since}
        and exists (select 1 from tenants o where o.id = j.tenant_id and o.suspended_at is null)
        and not exists (
          select 1 from graphile_worker._private_jobs q join graphile_worker._private_tasks t on t.id = q.task_id
          where t.identifier = 'run-password-job' and q.payload ->> 'passwordJobId' = j.id::text
            and (q.attempts < q.max_attempts or q.locked_at is not null or q.updated_at > ${since})
        )
      limit ${limit} for update of j skip locked`.execute(trx);
    const queue = createMessageQueue(trx);
    for (const { id, part } of rows) await queue.enqueue({ task: "run-password-job", passwordJobId: id, part });
    return rows.length;
  });
}
