import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import { type TenantRow, tenantOfRow } from "./tenant-row.ts";
import type { TenantStore } from "./tenant-store.ts";

export function createTenantStore(db: Db): TenantStore {
  return {
    async read(tenantId) {
      const { rows } = await sql<TenantRow & { domains: string[] }>`
        select t.id as tenant_id, t.name as tenant_name, t.plan, t.policy, t.administrator_policy, t.policy_version,
          exists (select 1 from users l where l.tenant_id = t.id and l.licensed and l.deleted_at is null) as tenant_licensed,
          array(select d.domain from tenant_domains d where d.tenant_id = t.id order by d.domain) as domains
        from tenants t where t.id = ${tenantId}`.execute(db);
      const [row] = rows;
      if (row === undefined) throw new Error("the tenant of the caller is gone");
      return { facts: tenantOfRow(row), domains: row.domains };
    },
  };
}
