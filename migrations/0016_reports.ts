import { type Kysely, sql } from "kysely";

/** What the reports are answered from: events counted by day, resets that have not ended yet, and how registration stood. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table event_day_counts (
      -- No reference: an event of an organisation that is gone must not stop the sealing of all the others.
      tenant_id uuid not null,
      -- UTC.
      day date not null,
      type text not null,
      outcome text not null,
      -- '' where there is none: a key has no null.
      reason text not null,
      method text not null,
      count bigint not null,
      primary key (tenant_id, day, type, outcome, reason, method)
    )`.execute(db);
  await sql`create index event_day_counts_by_day on event_day_counts (day)`.execute(db);
  await sql`
    create table open_flows (
      flow_id text primary key,
      tenant_id uuid not null,
      user_id uuid,
      first_at timestamptz not null,
      started boolean not null,
      -- Stays until its time is over: a step of it may be sealed after its end.
      ended boolean not null,
      blocked text not null,
      proofs integer not null,
      passwords_rejected integer not null,
      asked_method text not null,
      asked_at timestamptz,
      proved_method text not null
    )`.execute(db);
  await sql`create index open_flows_by_time on open_flows (first_at)`.execute(db);
  await sql`
    create table registration_snapshots (
      tenant_id uuid primary key references tenants on delete cascade,
      as_of timestamptz not null,
      asked_at timestamptz not null,
      -- Until then one process is counting it anew.
      claimed_until timestamptz not null,
      report jsonb not null
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table registration_snapshots, open_flows, event_day_counts`.execute(db);
}
