import { sql } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { MethodOutcome, RecordSteps } from "./move-events.worker.ts";

export function createRecordSteps(db: Db): RecordSteps {
  return async (events, outcomes) => {
    await db.transaction().execute(async (trx) => {
      const fresh = await writeAuditEvents(trx, events);
      for (const [methodId, failures] of consecutiveFailures(
        events.map(({ id }) => id),
        fresh,
        outcomes,
      )) {
        await sql`
          update authentication_methods set
            consecutive_failures = case when ${failures.reset} then 0 else consecutive_failures end + ${failures.added}
          where id = ${methodId}`.execute(trx);
      }
    });
  };
}

/** Per method, in order: a success starts the count anew, each failure after it adds one. */
function consecutiveFailures(order: readonly string[], fresh: ReadonlySet<string>, outcomes: ReadonlyMap<string, MethodOutcome>) {
  const counts = new Map<string, { reset: boolean; added: number }>();
  for (const id of order) {
    const outcome = outcomes.get(id);
    if (outcome === undefined || !fresh.has(id)) continue;
    const count = counts.get(outcome.methodId) ?? { reset: false, added: 0 };
    counts.set(outcome.methodId, outcome.passed ? { reset: true, added: 0 } : { ...count, added: count.added + 1 });
  }
  return counts;
}
