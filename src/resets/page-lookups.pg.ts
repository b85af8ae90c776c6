import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import { completePolicy, type TenantPolicy } from "../policy/tenant-policy.ts";
import type { FindCompleted, ReadFront } from "./reset-progress.ts";

const NOBODY = "00000000-0000-0000-0000-000000000000";

/** The policy's words for everybody. The same statement where no organisation is known. */
export function createReadFront(db: Db): ReadFront {
  return async (tenantId) => {
    const row = await db
      .selectFrom("tenants")
      .select("policy")
      .where("id", "=", tenantId ?? NOBODY)
      .executeTakeFirst();
    if (row === undefined) return null;
    const { helpdesk, disclosure } = completePolicy(row.policy as TenantPolicy);
    return { helpDesk: helpdesk, disclosure };
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
      .executeTakeFirst();
    return row === undefined ? null : { told: completePolicy(row.policy).notifications.users };
  };
}
