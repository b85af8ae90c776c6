import { type Kysely, sql } from "kysely";

/** Roles that come by a group, and the accounts that are kept for the day when nothing else works. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Said when the group is made, and never changed: who could make an ordinary group powerful afterwards would raise whoever is in it.
  await sql`alter table groups add column role_assignable boolean not null default false`.execute(db);
  await sql`
    create table group_roles (
      group_id uuid not null references groups on delete cascade,
      role text not null,
      granted_at timestamptz not null,
      primary key (group_id, role)
    )`.execute(db);
  await sql`
    create view held_roles as
      select user_id, role from user_roles
      union
      select m.user_id, r.role from group_members m join group_roles r on r.group_id = m.group_id`.execute(db);
  await sql`alter table users add column break_glass boolean not null default false`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table users drop column break_glass`.execute(db);
  await sql`drop view held_roles`.execute(db);
  await sql`drop table group_roles`.execute(db);
  await sql`alter table groups drop column role_assignable`.execute(db);
}
