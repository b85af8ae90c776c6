import { type Kysely, sql } from "kysely";

/** People, the roles they hold, and groups, which may hold groups. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table users (
      id uuid primary key,
      tenant_id uuid not null references tenants on delete cascade,
      user_principal_name text not null,
      -- The comparison key of docs/decisions: unique across tenants, so that a name leads to one account or to none.
      upn_key text not null unique,
      display_name text,
      given_name text,
      surname text,
      mail text,
      job_title text,
      department text,
      usage_location text,
      preferred_language text,
      external_id text,
      enabled boolean not null default true,
      licensed boolean not null default true,
      directory_id uuid,
      -- Raised by every password change and every "end all sessions"; a token carries the version it was made under.
      credential_version integer not null default 1,
      -- Set by "this was not me": nothing can be reset until an administrator, or two proofs, lift it.
      recovery_frozen_at timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      deleted_at timestamptz
    )`.execute(db);
  await sql`create index users_by_name on users (tenant_id, upn_key)`.execute(db);
  await sql`create index users_licensed on users (tenant_id) where licensed and deleted_at is null`.execute(db);
  await sql`
    create table user_roles (
      user_id uuid not null references users on delete cascade,
      role text not null,
      granted_at timestamptz not null,
      primary key (user_id, role)
    )`.execute(db);
  await sql`
    create table groups (
      id uuid primary key,
      tenant_id uuid not null references tenants on delete cascade,
      name text not null,
      name_key text not null,
      created_at timestamptz not null,
      unique (tenant_id, name_key)
    )`.execute(db);
  await sql`
    create table group_members (
      group_id uuid not null references groups on delete cascade,
      user_id uuid not null references users on delete cascade,
      primary key (group_id, user_id)
    )`.execute(db);
  await sql`create index group_members_by_user on group_members (user_id)`.execute(db);
  await sql`
    create table group_children (
      group_id uuid not null references groups on delete cascade,
      child_id uuid not null references groups on delete cascade,
      primary key (group_id, child_id),
      check (group_id <> child_id)
    )`.execute(db);
  await sql`create index group_children_by_child on group_children (child_id)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table group_children, group_members, groups, user_roles, users`.execute(db);
}
