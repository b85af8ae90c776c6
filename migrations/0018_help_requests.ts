import { type Kysely, sql } from "kysely";

/** Who asked an administrator for help from the page. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table help_requests (
      id text primary key,
      tenant_id uuid not null references tenants on delete cascade,
      user_id uuid not null references users on delete cascade,
      support_code text not null,
      -- Sealed: what the first one wrote who wrote anything. Whoever stands before the page may be anybody.
      sealed_message bytea,
      times integer not null default 1,
      requested_at timestamptz not null,
      last_requested_at timestamptz not null,
      -- The last one that was counted: a job that runs again counts once.
      last_request_id text not null,
      resolved_at timestamptz,
      resolved_by jsonb,
      note text
    )`.execute(db);
  // One open one for each person: a stranger who asks a thousand times makes one line with a number in it.
  await sql`create unique index help_requests_open on help_requests (user_id) where resolved_at is null`.execute(db);
  await sql`create index help_requests_by_time on help_requests (tenant_id, requested_at desc, id)`.execute(db);
  await sql`create index help_requests_by_person on help_requests (user_id)`.execute(db);
  await sql`create trigger help_requests_apart after insert on help_requests
    referencing new table as written for each statement execute function rekey_person_apart()`.execute(db);
  await sql`create trigger help_requests_stay before update of tenant_id on help_requests
    for each row execute function rekey_tenant_stays()`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table help_requests`.execute(db);
}
