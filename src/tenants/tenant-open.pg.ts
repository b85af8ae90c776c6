import { type Kysely, type RawBuilder, sql, type Transaction } from "kysely";
import { PREPARED } from "../database/prepared.pg.ts";
import type { Database } from "../database/schema.ts";

/** SQL: the organisation of a row called `alias` is not suspended. Also where there is no row. */
export function isOpen(alias: "d" | "named"): RawBuilder<boolean> {
  return sql<boolean>`not exists (select 1 from tenants closed where closed.id = ${sql.ref(alias)}.tenant_id and closed.suspended_at is not null)`;
}

/** Whether an organisation is there and not suspended. One statement, never remembered: suspension holds everywhere at once. */
export function createTenantOpen(db: Kysely<Database> | Transaction<Database>): (tenantId: string) => Promise<boolean> {
  return async (tenantId) => {
    const { rows } = await sql`${PREPARED}select 1 from tenants where id = ${tenantId} and suspended_at is null`.execute(db);
    return rows.length > 0;
  };
}
