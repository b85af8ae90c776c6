import type { Authorize } from "../http/caller.ts";
import { guardRights } from "../http/rights-guard.ts";
import type { Server } from "../http/server.ts";
import { createChangeTenant } from "../tenants/change-tenant.pg.ts";
import { registerTenantRoutes } from "../tenants/tenant.http.ts";
import { readTenantView } from "../tenants/tenant-view.pg.ts";
import type { Common } from "./resets.ts";

/** The organisation itself, put together. */
export function registerTenant(api: Server, common: Pick<Common, "db" | "random" | "clock">, authorize: Authorize): void {
  const { db, clock } = common;
  registerTenantRoutes(api, {
    need: guardRights(api, authorize),
    readTenant: (tenantId) => readTenantView(db, tenantId),
    changeTenant: createChangeTenant(common),
    clock,
  });
}
