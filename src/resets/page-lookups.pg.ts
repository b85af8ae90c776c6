import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import { completePolicy, type TenantPolicy } from "../policy/tenant-policy.ts";
import { brandOf } from "../tenants/branding.ts";
import type { FindCompleted, ReadFront } from "./reset-progress.ts";

const NOBODY = "00000000-0000-0000-0000-000000000000";

/** The policy's words for everybody. The same statement where no organisation is known. */
export function createReadFront(db: Db): ReadFront {
  return async (tenantId) => {
    const row = await db
      .selectFrom("tenants as t")
      .leftJoin("tenant_logos as l", "l.tenant_id", "t.id")
      .select(["t.policy", "t.name", "t.accent_color", "l.digest"])
      .where("t.id", "=", tenantId ?? NOBODY)
      .where("t.suspended_at", "is", null)
      .executeTakeFirst();
    if (row === undefined) return null;
    const { helpdesk, disclosure } = completePolicy(row.policy as TenantPolicy);
    const brand = brandOf(row.name, { accentColor: row.accent_color, logo: row.digest });
    return { helpDesk: helpdesk, disclosure, brand };
  };
}

/** What a finished reset left behind. The token's hash must fit: an id alone tells nothing. */
export function createFindCompleted(db: Db): FindCompleted {
  return async (flowId, tokenHash) => {
    const row = await db
      .selectFrom("completed_resets as c")
      .innerJoin("tenants as t", "t.id", "c.tenant_id")
      .select(sql<TenantPolicy>`t.policy`.as("policy"))
      .where("c.flow_id", "=", flowId)
      .where("c.token_hash", "=", tokenHash)
      .where("t.suspended_at", "is", null)
      .executeTakeFirst();
    return row === undefined ? null : { told: completePolicy(row.policy).notifications.users };
  };
}
