import { type Kysely, sql } from "kysely";
import { DEFAULT_ADMINISTRATOR_POLICY, DEFAULT_POLICY } from "../src/policy/tenant-policy.ts";
import { NOBODY } from "../src/users/nobody.ts";

/** The ways a person can prove who they are. Values are sealed; the tag finds a value without showing it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table authentication_methods (
      id uuid primary key,
      user_id uuid not null references users on delete cascade,
      type text not null check (type in ('email', 'mobilePhone', 'officePhone', 'authenticatorApp', 'recoveryCodes', 'securityQuestions')),
      -- Raised whenever the value changes: a code sent to the old value is void (security.md B06).
      revision integer not null default 1,
      sealed_value bytea not null,
      value_tag text not null,
      hint text not null,
      name text,
      -- Who put it there: an administrator's values are replaced by the next import, a person's own never.
      source text not null check (source in ('admin', 'user')),
      verified_at timestamptz,
      usable_from timestamptz,
      -- RFC 6238 §5.2: the last time step that was accepted. Raised by a conditional update only.
      last_step bigint,
      -- NIST SP 800-63B-4 §3.2.2: consecutive failures, in anonymous flows.
      consecutive_failures integer not null default 0,
      created_at timestamptz not null,
      last_used_at timestamptz,
      unique (user_id, type, value_tag)
    )`.execute(db);
  await standIn(db);
}

/** The account that stands in for names nobody has (`src/users/nobody.ts`), with two methods as people have. Its values open nothing. */
async function standIn(db: Kysely<unknown>): Promise<void> {
  await sql`
    insert into tenants (id, name, plan, policy, administrator_policy, created_at)
    values (${NOBODY}, 'Nobody', 'premium', ${JSON.stringify(DEFAULT_POLICY)}, ${JSON.stringify(DEFAULT_ADMINISTRATOR_POLICY)}, now())`.execute(
    db,
  );
  await sql`
    insert into users (id, tenant_id, user_principal_name, upn_key, display_name, given_name, surname, created_at, updated_at)
    values (${NOBODY}, ${NOBODY}, 'nobody', chr(1) || 'nobody', 'Nobody Nowhere', 'Nobody', 'Nowhere', now(), now())`.execute(db);
  await sql`
    insert into authentication_methods (id, user_id, type, sealed_value, value_tag, hint, source, verified_at, created_at)
    select gen_random_uuid(), ${NOBODY}, kind, '\\x00'::bytea, kind, '•••••••••••••', 'user', now(), now()
    from unnest(array['email', 'mobilePhone']) kind`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table authentication_methods`.execute(db);
  await sql`delete from tenants where id = ${NOBODY}`.execute(db);
}
