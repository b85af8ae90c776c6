import { type Kysely, sql } from "kysely";

/** Acts that wait for a second person, and what became of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table approvals (
      id text primary key,
      tenant_id uuid not null references tenants on delete cascade,
      kind text not null,
      -- All that carrying it out needs. A secret in it is sealed, and taken out as soon as nobody can approve any more.
      act jsonb not null,
      requested_by jsonb not null,
      state text not null check (state in ('waiting', 'approved', 'denied', 'expired', 'withdrawn')),
      created_at timestamptz not null,
      expires_at timestamptz not null,
      -- Null where nobody decided: it expired.
      decided_by jsonb,
      decided_at timestamptz,
      -- Null with state 'approved': it is being carried out, or the process that did so has died.
      carried_out_at timestamptz,
      -- The problem that carrying it out ended in: { code, detail }.
      failure jsonb,
      -- What the act answered, sealed to this row, for whoever asked alone.
      sealed_result bytea,
      result_until timestamptz
    )`.execute(db);
  await sql`create index approvals_of_tenant on approvals (tenant_id, created_at desc, id desc)`.execute(db);
  await sql`create index approvals_waiting on approvals (expires_at) where state = 'waiting'`.execute(db);
  await sql`create index approvals_with_result on approvals (result_until) where sealed_result is not null`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table approvals`.execute(db);
}
