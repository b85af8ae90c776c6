import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import { DAY, MINUTE } from "../kit/clock.ts";
import { COUNTED_LIVE, LOOKING_MS, RENEWED_AFTER_MS, type SnapshotStore } from "./read-registration.ts";
import type { RegistrationReport } from "./registration-report.ts";

/** Longer than counting may take: after it another process tries. */
const CLAIM_MS = 2 * MINUTE;
/** That somebody asked is written down once in a while, not at every call. */
const NOTED_EVERY_MS = MINUTE;
/** One that nobody looks at is counted anew once a day, and forgotten when nobody has for so long. */
const RENEWED_DAILY_MS = DAY;
export const FORGOTTEN_AFTER_MS = 30 * DAY;

export function createSnapshotStore(db: Db): SnapshotStore {
  return {
    async isLarge(tenantId) {
      const { rows } = await sql<{ large: boolean }>`
        select count(*) > ${COUNTED_LIVE} as large
        from (select 1 from users where tenant_id = ${tenantId} limit ${COUNTED_LIVE + 1}) counted`.execute(db);
      return rows[0]?.large === true;
    },
    async ask(tenantId, now) {
      const { rows } = await sql<{ as_of: Date; report: RegistrationReport }>`
        with noted as (
          update registration_snapshots set asked_at = ${new Date(now)}
          where tenant_id = ${tenantId} and asked_at < ${new Date(now - NOTED_EVERY_MS)}
        )
        select as_of, report from registration_snapshots where tenant_id = ${tenantId}`.execute(db);
      const [row] = rows;
      return row === undefined ? null : { asOf: row.as_of.getTime(), report: row.report };
    },
    async keep(tenantId, { asOf, report }) {
      const at = new Date(asOf);
      await sql`
        insert into registration_snapshots as s (tenant_id, as_of, asked_at, claimed_until, report)
        values (${tenantId}, ${at}, ${at}, ${at}, ${JSON.stringify(report)})
        on conflict (tenant_id) do update set as_of = excluded.as_of, report = excluded.report, claimed_until = excluded.claimed_until
        where s.as_of < excluded.as_of`.execute(db);
    },
    async claimDue(now) {
      const { rows } = await sql<{ tenant_id: string }>`
        update registration_snapshots set claimed_until = ${new Date(now + CLAIM_MS)}
        where tenant_id = (
          select tenant_id from registration_snapshots
          where claimed_until <= ${new Date(now)} and (
            (as_of <= ${new Date(now - RENEWED_AFTER_MS)} and asked_at > ${new Date(now - LOOKING_MS)})
            or (as_of <= ${new Date(now - RENEWED_DAILY_MS)} and asked_at > ${new Date(now - FORGOTTEN_AFTER_MS)})
          )
          order by as_of limit 1 for update skip locked
        ) returning tenant_id`.execute(db);
      return rows[0]?.tenant_id ?? null;
    },
  };
}
