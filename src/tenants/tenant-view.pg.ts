import { type Kysely, sql, type Transaction } from "kysely";
import type { Database } from "../database/schema.ts";
import type { TenantView } from "./tenant-view.ts";

/** One statement. @throws when it is gone */
export async function readTenantView(db: Kysely<Database> | Transaction<Database>, tenantId: string): Promise<TenantView> {
  const { rows } = await sql<Omit<TenantView, "branding"> & { accentColor: string | null; logo: string | null }>`
    select t.id, t.name, t.plan, t.accent_color as "accentColor", t.suspended_at is not null as suspended,
      array(select d.domain from tenant_domains d where d.tenant_id = t.id order by d.domain) as domains,
      (select l.digest from tenant_logos l where l.tenant_id = t.id) as logo
    from tenants t where t.id = ${tenantId}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error("the tenant is gone");
  const { accentColor, logo, ...view } = row;
  return { ...view, branding: { accentColor, logo } };
}
