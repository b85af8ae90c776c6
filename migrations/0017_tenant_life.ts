import { type Kysely, sql } from "kysely";

/** Organisations that are suspended, what they look like, and a guard under every query: nothing links what belongs to two of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table tenants
      -- Since when nobody of it gets in. Null: it is open.
      add column suspended_at timestamptz,
      -- Of its pages: #rrggbb in small letters. Null: ours.
      add column accent_color text check (accent_color ~ '^#[0-9a-f]{6}$')`.execute(db);
  // Apart from the organisation, whose row every start of a reset reads.
  await sql`
    create table tenant_logos (
      tenant_id uuid primary key references tenants on delete cascade,
      -- Of the picture, and its address: another picture has another one.
      digest text not null,
      png bytea not null check (octet_length(png) <= 65536)
    )`.execute(db);
  await sql`create index tenant_logos_by_digest on tenant_logos (digest)`.execute(db);
  await keepsApart(db);
}

/**
 * A statement that forgets its organisation can find a row of another one; it cannot tie the two together. Once for each statement, not for
 * each row: an import writes thousands at once.
 */
async function keepsApart(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function rekey_members_apart() returns trigger language plpgsql as $$
    begin
      if exists (
        select 1 from written w join groups g on g.id = w.group_id join users u on u.id = w.user_id where g.tenant_id <> u.tenant_id
      ) then raise exception 'a group and its member belong to two organisations' using errcode = 'integrity_constraint_violation';
      end if;
      return null;
    end $$`.execute(db);
  await sql`
    create function rekey_children_apart() returns trigger language plpgsql as $$
    begin
      if exists (
        select 1 from written w join groups g on g.id = w.group_id join groups c on c.id = w.child_id where g.tenant_id <> c.tenant_id
      ) then raise exception 'a group and its member belong to two organisations' using errcode = 'integrity_constraint_violation';
      end if;
      return null;
    end $$`.execute(db);
  await sql`
    create function rekey_person_apart() returns trigger language plpgsql as $$
    begin
      if exists (select 1 from written w join users u on u.id = w.user_id where w.tenant_id <> u.tenant_id)
      then raise exception 'a row and its person belong to two organisations' using errcode = 'integrity_constraint_violation';
      end if;
      return null;
    end $$`.execute(db);
  await sql`
    create function rekey_tenant_stays() returns trigger language plpgsql as $$
    begin
      if new.tenant_id is distinct from old.tenant_id
      then raise exception 'nothing moves to another organisation' using errcode = 'integrity_constraint_violation';
      end if;
      return new;
    end $$`.execute(db);
  for (const [table, guard] of GUARDED)
    await sql`create trigger ${sql.ref(`${table}_apart`)} after insert on ${sql.table(table)}
      referencing new table as written for each statement execute function ${sql.ref(guard)}()`.execute(db);
  for (const table of STAYING)
    await sql`create trigger ${sql.ref(`${table}_stay`)} before update of tenant_id on ${sql.table(table)}
      for each row execute function rekey_tenant_stays()`.execute(db);
}

const GUARDED = [
  ["group_members", "rekey_members_apart"],
  ["group_children", "rekey_children_apart"],
  ["one_time_links", "rekey_person_apart"],
  ["completed_resets", "rekey_person_apart"],
] as const;
const STAYING = ["users", "groups", "apps", "one_time_links", "completed_resets", "import_jobs"] as const;

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const [table] of GUARDED) await sql`drop trigger ${sql.ref(`${table}_apart`)} on ${sql.table(table)}`.execute(db);
  for (const table of STAYING) await sql`drop trigger ${sql.ref(`${table}_stay`)} on ${sql.table(table)}`.execute(db);
  await sql`drop function rekey_members_apart, rekey_children_apart, rekey_person_apart, rekey_tenant_stays`.execute(db);
  await sql`drop table tenant_logos`.execute(db);
  await sql`alter table tenants drop column suspended_at, drop column accent_color`.execute(db);
}
