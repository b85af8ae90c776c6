import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import type { Days } from "./report-days.ts";
import { type CountedLine, REPORTED, type ResetReport, resetReport } from "./reset-report.ts";

export type ReadResets = (tenantId: string, days: Days) => Promise<ResetReport>;

/** One statement over the counts of those days: it makes no difference how many events there were. */
export function createReadResets(db: Db): ReadResets {
  return async (tenantId, { from, to }) => {
    const { rows } = await sql<CountedLine>`
      select day::text as day, type, outcome, reason, method, count::float8 as count from event_day_counts
      where tenant_id = ${tenantId} and day between ${from} and ${to} and type = any(${REPORTED})`.execute(db);
    return resetReport({ from, to }, rows);
  };
}
