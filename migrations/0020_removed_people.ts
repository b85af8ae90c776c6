import { type Kysely, sql } from "kysely";

/** Ways to find who was removed, and what belongs to a person when they are deleted for good. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index users_removed on users (deleted_at) where deleted_at is not null`.execute(db);
  await sql`create index one_time_links_by_user on one_time_links (user_id)`.execute(db);
  // At most two in an organisation: found without looking at everybody.
  await sql`create index users_break_glass on users (tenant_id) where break_glass`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop index users_break_glass, one_time_links_by_user, users_removed`.execute(db);
}
