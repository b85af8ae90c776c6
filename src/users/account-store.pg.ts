import { type Kysely, type RawBuilder, sql, type Transaction } from "kysely";

import { PREPARED } from "../database/prepared.pg.ts";
import type { Database } from "../database/schema.ts";
import { isOpen } from "../tenants/tenant-open.pg.ts";
import { type TenantRow, tenantOfRow } from "../tenants/tenant-row.ts";
import { type AccountRow, accountColumns, accountOfRow } from "./account-row.pg.ts";
import type { AccountStore, Found } from "./account-store.ts";
import { NOBODY } from "./nobody.ts";

export function createAccountStore(db: Kysely<Database> | Transaction<Database>): AccountStore {
  return {
    async findByName(name, sourceTag) {
      const asked = sql`(select ${name.key}::text as upn_key, ${name.domain}::text as domain) asked
        left join tenant_domains d on d.domain = asked.domain and ${isOpen("d")}
        left join users named on named.upn_key = asked.upn_key and named.deleted_at is null and ${isOpen("named")}
        join users u on u.id = coalesce(named.id, ${NOBODY})
        join tenants t on t.id = coalesce(named.tenant_id, d.tenant_id, ${NOBODY})`;
      const row = (await select(asked, sourceTag).execute(db)).rows[0];
      if (row === undefined) throw new Error("the account that stands in for nobody is missing: run the migrations");
      return found(row);
    },
    async findById(userId, sourceTag) {
      const asked = sql`(select ${userId}::uuid as id) asked
        join users u on u.id = asked.id and u.deleted_at is null
        join tenants t on t.id = u.tenant_id and t.suspended_at is null`;
      const row = (await select(asked, sourceTag).execute(db)).rows[0];
      return row === undefined ? null : accountOfRow(row, tenantOfRow(row));
    },
  };
}

type Row = TenantRow & AccountRow;

function select(asked: RawBuilder<unknown>, sourceTag: string): RawBuilder<Row> {
  return sql<Row>`${PREPARED}
    select t.id as tenant_id, t.name as tenant_name, t.plan, t.policy, t.administrator_policy, t.policy_version,
      exists (select 1 from users l where l.tenant_id = t.id and l.licensed and l.deleted_at is null) as tenant_licensed,
      ${accountColumns(sourceTag)}
    from ${asked}`;
}

function found(row: Row): Found {
  const someone = accountOfRow(row, tenantOfRow(row));
  return {
    tenant: row.tenant_id === NOBODY ? null : someone.tenant,
    account: row.user_id === NOBODY ? null : someone,
    judged: someone,
  };
}
