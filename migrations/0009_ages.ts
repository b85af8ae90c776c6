import { type Kysely, sql } from "kysely";

/** When a running import was last seen at work, and ways to find what is old enough to be forgotten. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table import_jobs add column alive_at timestamptz`.execute(db);
  await sql`create index familiar_sources_by_age on familiar_sources (last_seen_at)`.execute(db);
  await sql`create index one_time_links_by_end on one_time_links (expires_at)`.execute(db);
  await sql`create index idempotent_answers_by_age on idempotent_answers (created_at)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop index idempotent_answers_by_age, one_time_links_by_end, familiar_sources_by_age`.execute(db);
  await sql`alter table import_jobs drop column alive_at`.execute(db);
}
