import { sql } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import { DAY } from "../kit/clock.ts";
import { newId, systemRandom } from "../kit/random.ts";
import { WITHOUT_SECRETS } from "./approval-store.pg.ts";

/** What was decided is in the audit log; the row itself nobody reads any more. */
const KEPT_MS = 30 * DAY;

/** Writes down that what nobody decided is over, empties results that were not fetched in time, deletes what is old. @returns how many */
export async function forgetOldApprovals(db: Db, now: number, limit: number): Promise<number> {
  const expired = await expire(db, now, limit);
  const { rows: emptied } = await sql`
    update approvals set sealed_result = null, result_until = null where id in (
      select id from approvals where sealed_result is not null and result_until <= ${new Date(now)} limit ${limit} for update skip locked
    ) returning 1`.execute(db);
  const { rows: deleted } = await sql`
    delete from approvals where id in (
      select id from approvals where created_at <= ${new Date(now - KEPT_MS)} limit ${limit} for update skip locked
    ) returning 1`.execute(db);
  return Math.max(expired, emptied.length, deleted.length);
}

function expire(db: Db, now: number, limit: number): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ id: string; tenantId: string; kind: string; requestedBy: object }>`
      update approvals set state = 'expired', decided_at = expires_at, act = ${WITHOUT_SECRETS} where id in (
        select id from approvals where state = 'waiting' and expires_at <= ${new Date(now)} limit ${limit} for update skip locked
      ) returning id, tenant_id as "tenantId", kind, requested_by as "requestedBy"`.execute(trx);
    const system = { kind: "system" } as const;
    const event = { at: now, type: "approval.expire", outcome: "failure", actor: system } as const;
    await writeAuditEvents(
      trx,
      rows.map(({ id, tenantId, kind, requestedBy }) => ({
        ...event,
        id: newId(systemRandom),
        tenantId,
        details: { approvalId: id, act: kind, requestedBy },
      })),
    );
    return rows.length;
  });
}
