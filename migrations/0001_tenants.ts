import { type Kysely, sql } from "kysely";

/** Organisations, their domains and their policies. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table tenants (
      id uuid primary key,
      name text not null,
      plan text not null check (plan in ('trial', 'business', 'education', 'nonprofit', 'premium')),
      policy jsonb not null,
      administrator_policy jsonb not null,
      policy_version integer not null default 1,
      created_at timestamptz not null
    )`.execute(db);
  await sql`
    create table tenant_domains (
      domain text primary key,
      tenant_id uuid not null references tenants on delete cascade
    )`.execute(db);
  await sql`
    create table policy_versions (
      tenant_id uuid not null references tenants on delete cascade,
      version integer not null,
      policy jsonb not null,
      administrator_policy jsonb not null,
      changed_by jsonb not null,
      changed_at timestamptz not null,
      primary key (tenant_id, version)
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table policy_versions, tenant_domains, tenants`.execute(db);
}
