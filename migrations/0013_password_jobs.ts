import { type Kysely, sql } from "kysely";

/** Resets and forced changes for many at once: a job, and a row for each person with what became of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table password_jobs (
      id uuid primary key,
      tenant_id uuid not null references tenants on delete cascade,
      kind text not null check (kind in ('reset', 'change')),
      state text not null check (state in ('running', 'done', 'cancelled')),
      whom text not null check (whom in ('list', 'group', 'all')),
      mode text not null check (mode in ('temporaryPassword', 'link')),
      must_change boolean not null,
      -- Who is told when it is over: sealed to the job.
      sealed_email_to bytea,
      requested_by jsonb not null,
      -- Which part of it comes next; the last position that is done with. Both move in one transaction, so a part counts once.
      part integer not null default 0,
      reached integer not null default 0,
      total integer not null default 0,
      done integer not null default 0,
      failed integer not null default 0,
      skipped integer not null default 0,
      created_at timestamptz not null,
      finished_at timestamptz,
      acknowledged_at timestamptz
    )`.execute(db);
  await sql`create index password_jobs_by_tenant on password_jobs (tenant_id, created_at desc, id desc)`.execute(db);
  await sql`create index password_jobs_by_age on password_jobs (created_at)`.execute(db);
  await sql`
    create table password_job_rows (
      job_id uuid not null references password_jobs on delete cascade,
      -- The place in the list, the line of the file.
      position integer not null,
      -- No foreign key: the outcome outlives the person. Null: nobody was found by this name.
      user_id uuid,
      user_principal_name text not null,
      state text not null check (state in ('pending', 'done', 'failed', 'skipped', 'cancelled')),
      reason text,
      -- Of a password that was not accepted.
      reasons text[],
      -- Before: the one that was sent. After: the one that was made, for whoever asked. Sealed to the row.
      sealed_password bytea,
      expires_at timestamptz,
      finished_at timestamptz,
      primary key (job_id, position)
    )`.execute(db);
  // Each person once, however often a list names them.
  await sql`create unique index password_job_rows_by_user on password_job_rows (job_id, user_id) where user_id is not null`.execute(db);
  await sql`create index password_job_rows_pending on password_job_rows (job_id, position) where state = 'pending'`.execute(db);
  await sql`create index password_job_rows_sealed on password_job_rows (job_id) where sealed_password is not null`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table password_job_rows, password_jobs`.execute(db);
}
