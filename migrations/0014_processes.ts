import { type Kysely, sql } from "kysely";

/** Which processes there are, and what they say when they are asked which policy they follow. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // By the database's clock alone: the processes' own may differ.
  await sql`
    create table processes (
      id uuid primary key,
      role text not null,
      started_at timestamptz not null default now(),
      seen_at timestamptz not null default now()
    )`.execute(db);
  await sql`
    create table spread_questions (
      id uuid primary key,
      tenant_id uuid not null references tenants on delete cascade,
      asked_at timestamptz not null default now()
    )`.execute(db);
  // No reference to a process: an answer may come before its own row is written again.
  await sql`
    create table spread_answers (
      question_id uuid not null references spread_questions on delete cascade,
      process_id uuid not null,
      version integer not null,
      primary key (question_id, process_id)
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table spread_answers, spread_questions, processes`.execute(db);
}
