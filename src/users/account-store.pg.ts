import { type Kysely, type RawBuilder, sql, type Transaction } from "kysely";

import type { Database } from "../database/schema.ts";
import type { MethodType } from "../methods/method.ts";
import type { Plan } from "../policy/entitlements.ts";
import { type AdministratorPolicy, completePolicy, type TenantPolicy } from "../policy/tenant-policy.ts";
import type { TenantFacts } from "../tenants/tenant.ts";
import type { Account, AccountMethod } from "./account.ts";
import type { AccountStore, Found } from "./account-store.ts";
import { NOBODY } from "./nobody.ts";

export function createAccountStore(db: Kysely<Database> | Transaction<Database>): AccountStore {
  return {
    async findByName(name, sourceTag) {
      const asked = sql`(select ${name.key}::text as upn_key, ${name.domain}::text as domain) asked
        left join tenant_domains d on d.domain = asked.domain
        left join users named on named.upn_key = asked.upn_key and named.deleted_at is null
        join users u on u.id = coalesce(named.id, ${NOBODY})
        join tenants t on t.id = coalesce(named.tenant_id, d.tenant_id, ${NOBODY})`;
      const row = (await select(asked, sourceTag).execute(db)).rows[0];
      if (row === undefined) throw new Error("the account that stands in for nobody is missing: run the migrations");
      return found(row);
    },
    async findById(userId, sourceTag) {
      const asked = sql`(select ${userId}::uuid as id) asked
        join users u on u.id = asked.id and u.deleted_at is null
        join tenants t on t.id = u.tenant_id`;
      const row = (await select(asked, sourceTag).execute(db)).rows[0];
      return row === undefined ? null : account(row);
    },
  };
}

interface Row {
  tenant_id: string;
  tenant_name: string;
  plan: string;
  tenant_licensed: boolean;
  policy: TenantPolicy;
  administrator_policy: AdministratorPolicy;
  policy_version: number;
  user_id: string;
  user_principal_name: string;
  display_name: string | null;
  given_name: string | null;
  surname: string | null;
  mail: string | null;
  preferred_language: string | null;
  enabled: boolean;
  licensed: boolean;
  directory_id: string | null;
  credential_version: number;
  recovery_frozen: boolean;
  roles: string[];
  groups: string[];
  methods: MethodRow[];
  familiar: boolean;
}

interface MethodRow {
  id: string;
  type: MethodType;
  revision: number;
  verified: boolean;
  source: "admin" | "user";
  hint: string;
  usable_from: number | null;
  consecutive_failures: number;
}

function select(asked: RawBuilder<unknown>, sourceTag: string): RawBuilder<Row> {
  return sql<Row>`
    select t.id as tenant_id, t.name as tenant_name, t.plan, t.policy, t.administrator_policy, t.policy_version,
      exists (select 1 from users l where l.tenant_id = t.id and l.licensed and l.deleted_at is null) as tenant_licensed,
      u.id as user_id, u.user_principal_name, u.display_name, u.given_name, u.surname, u.mail, u.preferred_language,
      u.enabled, u.licensed, u.directory_id, u.credential_version, u.recovery_frozen_at is not null as recovery_frozen,
      array(select r.role from user_roles r where r.user_id = u.id order by r.role) as roles,
      array(
        with recursive held(id) as (
          select m.group_id from group_members m where m.user_id = u.id
          union
          select c.group_id from group_children c join held on held.id = c.child_id
        )
        select id::text from held
      ) as groups,
      coalesce((
        select json_agg(json_build_object(
          'id', m.id, 'type', m.type, 'revision', m.revision, 'verified', m.verified_at is not null, 'source', m.source, 'hint', m.hint,
          'usable_from', floor(extract(epoch from m.usable_from) * 1000), 'consecutive_failures', m.consecutive_failures
        ) order by m.verified_at is null, m.created_at, m.id)
        from authentication_methods m where m.user_id = u.id
      ), '[]') as methods,
      exists (select 1 from familiar_sources f where f.user_id = u.id and f.source_tag = ${sourceTag}) as familiar
    from ${asked}`;
}

function found(row: Row): Found {
  const someone = account(row);
  return {
    tenant: row.tenant_id === NOBODY ? null : someone.tenant,
    account: row.user_id === NOBODY ? null : someone,
    judged: someone,
  };
}

function account(row: Row): Account {
  return {
    id: row.user_id,
    tenant: tenant(row),
    userPrincipalName: row.user_principal_name,
    displayName: row.display_name,
    givenName: row.given_name,
    surname: row.surname,
    mail: row.mail,
    preferredLanguage: row.preferred_language,
    enabled: row.enabled,
    licensed: row.licensed,
    directoryId: row.directory_id,
    credentialVersion: row.credential_version,
    recoveryFrozen: row.recovery_frozen,
    roles: row.roles,
    groups: row.groups,
    methods: row.methods.map(method),
    familiar: row.familiar,
  };
}

function tenant(row: Row): TenantFacts {
  return {
    id: row.tenant_id,
    name: row.tenant_name,
    plan: row.plan as Plan,
    licensed: row.tenant_licensed,
    policy: completePolicy(row.policy),
    administratorPolicy: row.administrator_policy,
    policyVersion: row.policy_version,
  };
}

function method(row: MethodRow): AccountMethod {
  return {
    id: row.id,
    type: row.type,
    revision: row.revision,
    verified: row.verified,
    source: row.source,
    hint: row.hint,
    usableFrom: row.usable_from,
    consecutiveFailures: row.consecutive_failures,
  };
}
