import { sql, type Transaction } from "kysely";
import type { Database } from "../database/schema.ts";
import type { DayCount } from "./day-counts.ts";

/** Adds to the counts, in one statement. In one order, so that two writers cannot wait for each other in a circle. */
export async function addDayCounts(trx: Transaction<Database>, counts: readonly DayCount[]): Promise<void> {
  if (counts.length === 0) return;
  await sql`
    insert into event_day_counts as c (tenant_id, day, type, outcome, reason, method, count)
    select "tenantId", day, type, outcome, reason, method, sum(count)
    from json_to_recordset(${JSON.stringify(counts)}::json)
      as x ("tenantId" uuid, day date, type text, outcome text, reason text, method text, count bigint)
    group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
    on conflict (tenant_id, day, type, outcome, reason, method) do update set count = c.count + excluded.count`.execute(trx);
}
