import { type Kysely, sql } from "kysely";

/** The built-in directory: password hashes, and the hashes that may not come back. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table passwords (
      user_id uuid primary key references users on delete cascade,
      phc text not null,
      must_change boolean not null default false,
      temporary boolean not null default false,
      never_expires boolean not null default false,
      expires_at timestamptz,
      -- "This was not me": the password that a disputed reset has set opens nothing.
      suspended boolean not null default false,
      changed_at timestamptz not null
    )`.execute(db);
  await sql`
    create table password_history (
      id bigint generated always as identity primary key,
      user_id uuid not null references users on delete cascade,
      phc text not null,
      replaced_at timestamptz not null
    )`.execute(db);
  await sql`create index password_history_by_user on password_history (user_id, id desc)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table password_history, passwords`.execute(db);
}
