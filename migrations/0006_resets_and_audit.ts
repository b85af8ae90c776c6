import { type Kysely, sql } from "kysely";

/** What must be true for ever about a reset, where the person was before, and what happened. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table completed_resets (
      -- The id of a flow completes one reset and no second one, whatever Redis remembers.
      flow_id text primary key,
      token_hash text not null,
      tenant_id uuid not null references tenants on delete cascade,
      user_id uuid not null references users on delete cascade,
      completed_at timestamptz not null
    )`.execute(db);
  await sql`create index completed_resets_by_user on completed_resets (user_id)`.execute(db);
  await sql`
    create table familiar_sources (
      user_id uuid not null references users on delete cascade,
      source_tag text not null,
      last_seen_at timestamptz not null,
      primary key (user_id, source_tag)
    )`.execute(db);
  await sql`
    create table one_time_links (
      id text primary key,
      purpose text not null,
      tenant_id uuid not null references tenants on delete cascade,
      user_id uuid not null references users on delete cascade,
      flow_id text,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      used_at timestamptz
    )`.execute(db);
  await sql`
    create table audit_events (
      id text primary key,
      at timestamptz not null,
      tenant_id uuid,
      type text not null,
      outcome text not null,
      reason text,
      actor jsonb not null,
      user_id uuid,
      flow_id text,
      support_code text,
      details jsonb not null
    )`.execute(db);
  await sql`create index audit_events_by_time on audit_events (tenant_id, at desc, id)`.execute(db);
  await sql`create index audit_events_by_flow on audit_events (flow_id) where flow_id is not null`.execute(db);
  await sql`create index audit_events_by_user on audit_events (user_id, at desc) where user_id is not null`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table audit_events, one_time_links, familiar_sources, completed_resets`.execute(db);
}
