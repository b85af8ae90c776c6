import { sql, type Transaction } from "kysely";
import type { Database } from "../database/schema.ts";
import { addDayCounts } from "./day-counts.pg.ts";
import { type CountedEvent, dayCountsOf } from "./day-counts.ts";
import { type FlowProgress, progressOf } from "./flow-progress.ts";

/**
 * Counts events for the reports, in the transaction that seals them: each passes there once, so each is counted once. Two statements,
 * whatever the number of events. Flows before counts, as `close-flows.pg.ts` takes them: two that run at once cannot wait for each other.
 */
export async function countEvents(trx: Transaction<Database>, events: readonly CountedEvent[]): Promise<void> {
  await followFlows(trx, progressOf(events));
  await addDayCounts(trx, dayCountsOf(events));
}

async function followFlows(trx: Transaction<Database>, flows: readonly FlowProgress[]): Promise<void> {
  if (flows.length === 0) return;
  await sql`
    insert into open_flows as f (flow_id, tenant_id, user_id, first_at, started, ended, blocked, proofs, passwords_rejected,
      asked_method, asked_at, proved_method)
    select "flowId", "tenantId", "userId", "firstAt", started, ended, blocked, proofs, "passwordsRejected",
      "askedMethod", "askedAt", "provedMethod"
    from json_to_recordset(${JSON.stringify(flows)}::json) as x ("flowId" text, "tenantId" uuid, "userId" uuid, "firstAt" timestamptz,
      started boolean, ended boolean, blocked text, proofs integer, "passwordsRejected" integer, "askedMethod" text, "askedAt" timestamptz,
      "provedMethod" text)
    order by "flowId"
    on conflict (flow_id) do update set
      user_id = coalesce(f.user_id, excluded.user_id),
      first_at = least(f.first_at, excluded.first_at),
      started = f.started or excluded.started,
      ended = f.ended or excluded.ended,
      blocked = coalesce(nullif(excluded.blocked, ''), f.blocked),
      proofs = f.proofs + excluded.proofs,
      passwords_rejected = f.passwords_rejected + excluded.passwords_rejected,
      asked_method = case when excluded.asked_at >= coalesce(f.asked_at, '-infinity') then excluded.asked_method else f.asked_method end,
      asked_at = greatest(f.asked_at, excluded.asked_at),
      proved_method = coalesce(nullif(excluded.proved_method, ''), f.proved_method)`.execute(trx);
}
