import { readDatabaseConfig } from "../config.ts";
import { readTenantView } from "../tenants/tenant-view.pg.ts";
import type { TenantView } from "../tenants/tenant-view.ts";
import { Refused } from "./failure.ts";
import { withDatabase } from "./operator-database.pg.ts";

/** The organisation that has a domain. @throws Refused */
export async function readTenantOf(domain: string): Promise<TenantView> {
  return withDatabase(readDatabaseConfig(), { create: false, schema: "current" }, async ({ db }) => {
    const found = await db.selectFrom("tenant_domains").select("tenant_id").where("domain", "=", domain).executeTakeFirst();
    if (found === undefined) throw new Refused(`No tenant has the domain ${domain}.`);
    return readTenantView(db, found.tenant_id);
  });
}
