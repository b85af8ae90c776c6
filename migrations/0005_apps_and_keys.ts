import { type Kysely, sql } from "kysely";

/** Applications that call the API, and the keyring that MASTER_KEY wraps. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table apps (
      id text primary key,
      tenant_id uuid not null references tenants on delete cascade,
      name text not null,
      secret_hash text not null,
      scopes text[] not null,
      created_at timestamptz not null
    )`.execute(db);
  await sql`
    create table keyring (
      id text primary key,
      purpose text not null,
      sealed_key bytea not null,
      master_key_id text not null,
      created_at timestamptz not null,
      retired_at timestamptz
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table keyring, apps`.execute(db);
}
