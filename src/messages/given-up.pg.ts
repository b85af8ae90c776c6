import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Clock } from "../kit/clock.ts";
import { sha256 } from "../kit/seal.ts";
import type { RecordGivenUp } from "./given-up.ts";

/** `message.given-up` in the audit log: for an administrator to see, never for whoever stands before the page (security.md I06). */
export function createRecordGivenUp({ db, clock }: { db: Db; clock: Clock }): RecordGivenUp {
  return async ({ jobId, job, attempts, failure }) => {
    if (!job.task.startsWith("send-")) return;
    const { tenantId, ...subject } = { ...idsOf(job), ...failure?.details.subject };
    await writeAuditEvents(db, [
      {
        id: sha256(`given up ${jobId}`).slice(0, 22),
        at: clock.now(),
        tenantId: tenantId ?? null,
        type: "message.given-up",
        outcome: "failure",
        reason: failure?.fault ?? "failed",
        actor: { kind: "system" },
        ...subject,
        details: { task: job.task, attempts, ...(failure === null ? {} : { provider: failure.provider }) },
      },
    ]);
  };
}

function idsOf(job: object): { tenantId?: string; userId?: string; flowId?: string } {
  const { userId, flowId } = job as { userId?: string; flowId?: string };
  return { ...(userId === undefined ? {} : { userId }), ...(flowId === undefined ? {} : { flowId }) };
}
