import { sql } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import type { MethodOutcome, RecordSteps } from "./move-events.worker.ts";

/** Of several workers one writes at a time: the others would write the same, and wait for each other's rows. */
export function createRecordSteps(db: Db): RecordSteps {
  return (events, outcomes, pauses) =>
    db.transaction().execute(async (trx) => {
      const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(hashtext('rekey steps')) as mine`.execute(trx);
      if (rows[0]?.mine !== true) return false;
      const fresh = await writeAuditEvents(trx, [...events, ...[...pauses.values()].map(({ event }) => event)]);
      const queue = createMessageQueue(trx);
      for (const [id, { notice }] of pauses) if (fresh.has(id)) await queue.enqueue(notice);
      const counts = consecutiveFailures(
        events.map(({ id }) => id),
        fresh,
        outcomes,
      );
      if (counts.length === 0) return true;
      await sql`
        update authentication_methods method set
          consecutive_failures = case when count.reset then 0 else method.consecutive_failures end + count.added
        from json_to_recordset(${JSON.stringify(counts)}::json) as count("methodId" uuid, reset boolean, added integer)
        where method.id = count."methodId"`.execute(trx);
      return true;
    });
}

interface FailureCount {
  readonly methodId: string;
  readonly reset: boolean;
  readonly added: number;
}

/** Per method, in order: a success starts the count anew, each failure after it adds one. */
function consecutiveFailures(
  order: readonly string[],
  fresh: ReadonlySet<string>,
  outcomes: ReadonlyMap<string, MethodOutcome>,
): FailureCount[] {
  const counts = new Map<string, FailureCount>();
  for (const id of order) {
    const outcome = outcomes.get(id);
    if (outcome === undefined || !fresh.has(id)) continue;
    const { methodId, passed } = outcome;
    const { reset, added } = counts.get(methodId) ?? { reset: false, added: 0 };
    counts.set(methodId, passed ? { methodId, reset: true, added: 0 } : { methodId, reset, added: added + 1 });
  }
  return [...counts.values()];
}
