import { type RawBuilder, sql } from "kysely";
import type { MethodType } from "../methods/method.ts";
import type { TenantFacts } from "../tenants/tenant.ts";
import type { Account, AccountMethod } from "./account.ts";
import { isFamiliar } from "./familiar-sources.pg.ts";

/** A person as PostgreSQL answers {@link accountColumns}. */
export interface AccountRow {
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
  break_glass: boolean;
  roles: string[];
  in_role_assignable_group: boolean;
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

/** The columns of an account, of a `users` row called `u`. */
export function accountColumns(sourceTag: string): RawBuilder<AccountRow> {
  return sql<AccountRow>`
      u.id as user_id, u.user_principal_name, u.display_name, u.given_name, u.surname, u.mail, u.preferred_language,
      u.enabled, u.licensed, u.directory_id, u.credential_version, u.recovery_frozen_at is not null as recovery_frozen, u.break_glass,
      array(select r.role from held_roles r where r.user_id = u.id order by r.role) as roles,
      exists (
        select 1 from group_members m join groups g on g.id = m.group_id where m.user_id = u.id and g.role_assignable
      ) as in_role_assignable_group,
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
      ${isFamiliar(sourceTag)} as familiar`;
}

export function accountOfRow(row: AccountRow, tenant: TenantFacts): Account {
  return {
    id: row.user_id,
    tenant,
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
    breakGlass: row.break_glass,
    roles: row.roles,
    inRoleAssignableGroup: row.in_role_assignable_group,
    groups: row.groups,
    methods: row.methods.map(methodOfRow),
    familiar: row.familiar,
  };
}

function methodOfRow(row: MethodRow): AccountMethod {
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
