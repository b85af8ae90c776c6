import type { Kysely, Transaction } from "kysely";
import { bulkInsert } from "../database/bulk-insert.pg.ts";
import type { Database } from "../database/schema.ts";
import type { AuditEvent } from "./audit-event.ts";

type Executor = Kysely<Database> | Transaction<Database>;

/**
 * Writes events once: an id that is there already is left alone. Inside a transaction the act and its record stand or fall together
 * (security.md S06). Answers the ids that were new.
 */
export async function writeAuditEvents(db: Executor, events: readonly AuditEvent[]): Promise<Set<string>> {
  if (events.length === 0) return new Set();
  const options = { ignoreConflicts: true, orderBy: "id", returning: "id" };
  const rows = await bulkInsert<{ id: string }>(db, "audit_events", events.map(row), options);
  return new Set(rows.map(({ id }) => id));
}

function row(event: AuditEvent) {
  return {
    id: event.id,
    at: new Date(event.at),
    tenant_id: event.tenantId,
    type: event.type,
    outcome: event.outcome,
    reason: event.reason ?? null,
    actor: event.actor,
    user_id: event.userId ?? null,
    flow_id: event.flowId ?? null,
    support_code: event.supportCode ?? null,
    details: event.details ?? {},
  };
}
