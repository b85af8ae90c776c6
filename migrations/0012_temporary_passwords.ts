import { type Kysely, sql } from "kysely";

/** Resets for somebody else: what became of each, so that whoever did it can follow up. No password is here, and no token. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table temporary_passwords (
      id text primary key,
      tenant_id uuid not null references tenants on delete cascade,
      user_id uuid not null references users on delete cascade,
      created_at timestamptz not null,
      created_by jsonb not null,
      -- Of the password, or of the link where there is no password; null: neither ends.
      expires_at timestamptz,
      -- No foreign key: links are forgotten when they are past their end.
      link_id text,
      -- A channel took the message with the link.
      delivered_at timestamptz,
      opened_at timestamptz,
      -- The person has set a password of their own: by the link, or with the temporary one.
      used_at timestamptz,
      -- Another password was set instead, or another reset came.
      replaced_at timestamptz
    )`.execute(db);
  await sql`create index temporary_passwords_by_user on temporary_passwords (user_id, created_at desc)`.execute(db);
  await sql`create unique index temporary_passwords_by_link on temporary_passwords (link_id) where link_id is not null`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table temporary_passwords`.execute(db);
}
