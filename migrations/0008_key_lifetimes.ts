import { type Kysely, sql } from "kysely";

/** A new key is known to all before it makes anything. `retired_at` may lie ahead: until then the key reads what it made. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table keyring add column current_from timestamptz not null default now()`.execute(db);
  await sql`update keyring set current_from = created_at`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table keyring drop column current_from`.execute(db);
}
