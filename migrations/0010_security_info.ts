import { type Kysely, sql } from "kysely";

/** What people register themselves: values on their way, saved codes, answers; and what sign-in may ask of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table users
      -- When the person last registered or confirmed the contact data. Null: never.
      add column security_info_confirmed_at timestamptz,
      -- When sign-in first asked for registration: the days in which it can be skipped count from here.
      add column registration_asked_at timestamptz,
      -- An administrator wants the contact data registered anew.
      add column must_register boolean not null default false,
      -- While recovery is frozen: what was registered or changed then or later is disputed. Null: nothing is.
      add column recovery_disputed_since timestamptz`.execute(db);
  await sql`
    alter table authentication_methods
      -- A new value on its way: the old one stays until this one is verified. Sealed to the same place.
      add column pending_value bytea,
      add column pending_tag text,
      add column pending_hint text,
      -- The code on its way to a value that is not verified. It is derived from the id (docs/decisions/0006), never stored.
      add column challenge_id text,
      add column challenge_expires_at timestamptz,
      add column challenge_tries integer not null default 0,
      add column challenge_sent_at timestamptz,
      -- Whether the value on its way must wait before it counts as a gate: judged by the proofs of when it was put there.
      add column waits boolean not null default true`.execute(db);
  await sql`
    create table recovery_codes (
      method_id uuid not null references authentication_methods on delete cascade,
      -- Slow and salted, one salt for the codes of one set (NIST SP 800-63B-4 §3.1.2.2).
      hash text not null,
      used_at timestamptz,
      primary key (method_id, hash)
    )`.execute(db);
  await sql`
    create table security_answers (
      method_id uuid not null references authentication_methods on delete cascade,
      question_id text not null,
      phc text not null,
      primary key (method_id, question_id)
    )`.execute(db);
  // Whose address it is, for reminders of user names: over all organisations, of verified ones alone.
  await sql`create index authentication_methods_by_value on authentication_methods (value_tag) where verified_at is not null`.execute(db);
  // { issuer, audience, jwksUrl, userClaim }: whose tokens are taken for the person's own calls.
  await sql`alter table tenants add column trusted_issuer jsonb`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop index authentication_methods_by_value`.execute(db);
  await sql`alter table tenants drop column trusted_issuer`.execute(db);
  await sql`drop table security_answers, recovery_codes`.execute(db);
  await sql`
    alter table authentication_methods drop column pending_value, drop column pending_tag, drop column pending_hint,
      drop column challenge_id, drop column challenge_expires_at, drop column challenge_tries, drop column challenge_sent_at,
      drop column waits`.execute(db);
  await sql`alter table users drop column security_info_confirmed_at, drop column registration_asked_at, drop column must_register,
    drop column recovery_disputed_since`.execute(db);
}
