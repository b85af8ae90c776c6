import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import type { Brand, HelpDesk } from "../pages/frame.ts";
import { NOBODY } from "../users/nobody.ts";
import { brandOf } from "./branding.ts";

/** What anybody may see of an organisation: its domains are no secret. One statement each; a suspended one is like none. */
export interface BrandStore {
  /** @param domain ASCII, lower case */
  byDomain(domain: string): Promise<Brand | null>;
  /** The picture of a logo by its digest. */
  logo(digest: string): Promise<Buffer | null>;
}

export function createBrandStore(db: Db): BrandStore {
  return {
    async byDomain(domain) {
      const { rows } = await sql<{ name: string; accentColor: string | null; logo: string | null }>`
        select t.name, t.accent_color as "accentColor", (select l.digest from tenant_logos l where l.tenant_id = t.id) as logo
        from tenants t where t.id = coalesce((select d.tenant_id from tenant_domains d where d.domain = ${domain}), ${NOBODY})
          and t.suspended_at is null`.execute(db);
      const [row] = rows;
      return row === undefined ? null : brandOf(row.name, row);
    },
    async logo(digest) {
      const { rows } = await sql<{ png: Buffer }>`
        select l.png from tenant_logos l join tenants t on t.id = l.tenant_id and t.suspended_at is null
        where l.digest = ${digest} limit 1`.execute(db);
      return rows[0]?.png ?? null;
    },
  };
}

/** The help desk of the organisation that has a domain. One statement, also for nobody's domain and a suspended organisation's. */
export function createHelpDeskOf(db: Db): (domain: string) => Promise<HelpDesk> {
  return async (domain) => {
    const { rows } = await sql<{ helpdesk: HelpDesk | null }>`
      select t.policy -> 'helpdesk' as helpdesk
      from tenants t where t.id = coalesce((select d.tenant_id from tenant_domains d where d.domain = ${domain}), ${NOBODY})
        and t.suspended_at is null`.execute(db);
    return rows[0]?.helpdesk ?? {};
  };
}
