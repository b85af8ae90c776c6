import { type Kysely, sql } from "kysely";

/** Import jobs with the outcome of every line of the file, and answers kept for a repeated call. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table import_jobs (
      id uuid primary key,
      tenant_id uuid not null references tenants on delete cascade,
      state text not null check (state in ('receiving', 'running', 'done', 'failed')),
      total integer not null default 0,
      created integer not null default 0,
      updated integer not null default 0,
      unchanged integer not null default 0,
      failed integer not null default 0,
      detail text,
      requested_by jsonb not null,
      created_at timestamptz not null,
      finished_at timestamptz
    )`.execute(db);
  await sql`
    create table import_rows (
      job_id uuid not null references import_jobs on delete cascade,
      line integer not null,
      user_principal_name text,
      outcome text not null check (outcome in ('created', 'updated', 'unchanged', 'failed')),
      field text,
      reason text,
      -- A row may have several things wrong with it.
      position smallint not null default 0,
      primary key (job_id, line, position)
    )`.execute(db);
  await sql`
    create table idempotent_answers (
      caller text not null,
      key text not null,
      request_hash text not null,
      status integer,
      body jsonb,
      created_at timestamptz not null,
      primary key (caller, key)
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table idempotent_answers, import_rows, import_jobs`.execute(db);
}
