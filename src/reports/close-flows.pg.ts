import { sql, type Transaction } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import { MINUTE } from "../kit/clock.ts";
import { completePolicy, type TenantPolicy } from "../policy/tenant-policy.ts";
import { needsTwoGates } from "../users/roles.ts";
import { addDayCounts } from "./day-counts.pg.ts";
import { type DayCount, dayOf } from "./day-counts.ts";
import { endOf, type FlowProgress } from "./flow-progress.ts";
import { LEFT } from "./reset-report.ts";

/** Steps come to the record by way of the state store, and to the counts when they are sealed: after that long all of them have come. */
const LATE_MS = 15 * MINUTE;
const BATCH = 500;

interface ClosedFlow extends FlowProgress {
  readonly roles: string[];
  readonly policy: TenantPolicy | null;
}

/**
 * Counts resets whose time is over as what they became, by the day on which they began, and forgets them. While events wait to be sealed
 * for longer than usual it does nothing: how a reset ended may be among them. Many may do it at once. Answers how many were closed.
 */
export function closeFlows({ db, lifetimeMs }: { db: Db; lifetimeMs: number }, now: number): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const flows = await takeOver(trx, { now, before: new Date(now - lifetimeMs - LATE_MS) });
    await addDayCounts(
      trx,
      flows.flatMap((flow) => leftCount(flow)),
    );
    return flows.length;
  });
}

async function takeOver(trx: Transaction<Database>, { now, before }: { now: number; before: Date }): Promise<ClosedFlow[]> {
  const { rows } = await sql<ClosedFlow>`
    with over as (
      delete from open_flows where flow_id in (
        select flow_id from open_flows
        where first_at < ${before} and not exists (select 1 from audit_unsealed where at < ${new Date(now - LATE_MS)})
        order by first_at limit ${BATCH} for update skip locked
      ) returning *
    )
    select over.flow_id as "flowId", over.tenant_id as "tenantId", over.user_id as "userId", over.first_at as "firstAt", over.started, over.ended,
      over.blocked, over.proofs, over.passwords_rejected as "passwordsRejected", over.asked_method as "askedMethod", over.asked_at as "askedAt",
      over.proved_method as "provedMethod", t.policy, array(select r.role from held_roles r where r.user_id = over.user_id) as roles
    from over left join tenants t on t.id = over.tenant_id`.execute(trx);
  return rows;
}

function leftCount(flow: ClosedFlow): DayCount[] {
  const gates = needsTwoGates(flow.roles) ? 2 : flow.policy === null ? 1 : completePolicy(flow.policy).methodsRequired;
  const end = endOf(flow, gates);
  return end === null ? [] : [{ tenantId: flow.tenantId, day: dayOf(flow.firstAt), type: LEFT, ...end, count: 1 }];
}
