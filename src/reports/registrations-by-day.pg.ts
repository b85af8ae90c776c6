import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import type { Days } from "./report-days.ts";

/** What people registered on a day, by type of method. */
export interface DayOfRegistrations {
  readonly day: string;
  readonly type: string;
  /** Begun; a set of codes or answers is whole at once. */
  readonly added: number;
  /** Its code was right. */
  readonly verified: number;
}

export type ReadRegistrations = (tenantId: string, days: Days) => Promise<DayOfRegistrations[]>;

/** From the counts of events; days and types with none are left out. */
export function createReadRegistrations(db: Db): ReadRegistrations {
  return async (tenantId, { from, to }) => {
    const { rows } = await sql<DayOfRegistrations>`
      select day::text as day, method as type,
        coalesce(sum(count) filter (where type = 'method.add'), 0)::float8 as added,
        coalesce(sum(count) filter (where type = 'method.verify'), 0)::float8 as verified
      from event_day_counts
      where tenant_id = ${tenantId} and day between ${from} and ${to} and type in ('method.add', 'method.verify') and outcome = 'success'
      group by day, method order by day, method`.execute(db);
    return rows;
  };
}
