import type { TenantFacts } from "./tenant.ts";

/** An organisation with the domains whose names are its own. */
export interface Tenant {
  readonly facts: TenantFacts;
  /** ASCII, lower case. */
  readonly domains: readonly string[];
}

export interface TenantStore {
  /** One statement. @throws when there is no such tenant: callers have the id from a token */
  read(tenantId: string): Promise<Tenant>;
}
