import { type Kysely, sql } from "kysely";

/** The audit log in months, which nobody can change, and the seals that tell when somebody did (security.md S05). */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table audit_events rename to audit_events_before`.execute(db);
  await sql`alter index audit_events_pkey rename to audit_events_before_pkey`.execute(db);
  await sql`drop index audit_events_by_time, audit_events_by_flow, audit_events_by_user`.execute(db);
  await createEvents(db);
  await createSeals(db);
  await createGuards(db);
  await createMonths(db);
  // Through the front door: what was written before is sealed like what is written now.
  await sql`insert into audit_events select * from audit_events_before`.execute(db);
  await sql`drop table audit_events_before`.execute(db);
}

/** An id always comes with the same time, so (id, at) keeps an event from being written twice as well as the id alone did. Times are those of our
 * clock, to the millisecond: what the database alone knew more exactly could not be sealed. */
async function createEvents(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table audit_events (
      id text not null,
      at timestamptz(3) not null,
      tenant_id uuid,
      type text not null,
      outcome text not null,
      reason text,
      actor jsonb not null,
      user_id uuid,
      flow_id text,
      support_code text,
      details jsonb not null,
      primary key (id, at)
    ) partition by range (at)`.execute(db);
  // No write fails because its month is not there.
  await sql`create table audit_events_rest partition of audit_events default`.execute(db);
  await sql`create index audit_events_by_time on audit_events (tenant_id, at, id)`.execute(db);
  await sql`create index audit_events_by_type on audit_events (tenant_id, type, at, id)`.execute(db);
  await sql`create index audit_events_by_user on audit_events (tenant_id, user_id, at, id) where user_id is not null`.execute(db);
  await sql`create index audit_events_by_actor on audit_events (tenant_id, (actor ->> 'id'), at, id) where actor ->> 'id' is not null`.execute(
    db,
  );
  await sql`create index audit_events_by_flow on audit_events (flow_id, at, id) where flow_id is not null`.execute(db);
  await sql`create index audit_events_not_successful on audit_events (tenant_id, outcome, at, id) where outcome <> 'success'`.execute(db);
}

async function createSeals(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table audit_unsealed (
      id text not null,
      at timestamptz(3) not null,
      tenant_id uuid,
      primary key (at, id)
    )`.execute(db);
  // tenant_id: nil for what belongs to the installation. ids, ats and leaves stand side by side; an empty leaf: its event was gone already.
  await sql`
    create table audit_seals (
      tenant_id uuid not null,
      number bigint not null,
      sealed_at timestamptz not null,
      first_at timestamptz not null,
      last_at timestamptz not null,
      count integer not null,
      ids text[] not null,
      ats timestamptz[] not null,
      leaves bytea[] not null,
      key_id text not null,
      previous_hash bytea not null,
      hash bytea not null,
      primary key (tenant_id, number)
    )`.execute(db);
  await sql`create index audit_seals_by_time on audit_seals using gist (tstzrange(first_at, last_at, '[]'))`.execute(db);
  await sql`create table audit_retired (month date primary key, events bigint not null, retired_at timestamptz not null)`.execute(db);
  await sql`
    create function mark_unsealed_events() returns trigger language plpgsql as $$
    begin
      insert into audit_unsealed (id, at, tenant_id) select id, at, tenant_id from fresh;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger mark_unsealed after insert on audit_events
    referencing new table as fresh for each statement execute function mark_unsealed_events()`.execute(db);
}

/** Privileges keep out the role that runs, the triggers whoever owns the tables. A superuser can pass both, and the seals tell. */
async function createGuards(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function refuse_audit_change() returns trigger language plpgsql as $$
    begin
      raise exception '% on %: the audit log is append-only', lower(tg_op), tg_table_name using errcode = 'insufficient_privilege';
    end $$`.execute(db);
  for (const name of ["audit_events", "audit_seals", "audit_retired"]) {
    const table = sql.table(name);
    await sql`create trigger append_only before update or delete on ${table} for each row execute function refuse_audit_change()`.execute(
      db,
    );
    await sql`create trigger never_emptied before truncate on ${table} for each statement execute function refuse_audit_change()`.execute(
      db,
    );
    await sql`revoke update, delete, truncate on ${table} from public, current_user`.execute(db);
  }
  const rest = sql.table("audit_events_rest");
  await sql`create trigger never_emptied before truncate on ${rest} for each statement execute function refuse_audit_change()`.execute(db);
  await sql`revoke update, delete, truncate on ${rest} from public, current_user`.execute(db);
}

async function createMonths(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ name: string }>`select current_schema() as name`.execute(db);
  // A function that runs as its owner finds its tables where they are, whoever calls it with whatever search path.
  const here = sql.id(rows[0]?.name ?? "public");
  // True when the month was made. Months are those of UTC, whatever the session's time zone.
  await sql`
    create function add_audit_month(wanted timestamptz) returns boolean language plpgsql security definer set search_path = ${here}, pg_temp as $$
    declare
      first timestamp := date_trunc('month', wanted at time zone 'UTC');
      name text := 'audit_events_' || to_char(first, 'YYYY_MM');
      first_at timestamptz := first at time zone 'UTC';
      end_at timestamptz := (first + interval '1 month') at time zone 'UTC';
    begin
      perform pg_advisory_xact_lock(hashtext('rekey audit months'));
      if to_regclass(name) is not null or exists (select from audit_retired where month = first::date) then return false; end if;
      -- What came too early lies in the rest for good: nothing is moved, since nothing is deleted.
      if exists (select from audit_events_rest where at >= first_at and at < end_at) then return false; end if;
      execute format('create table %I (like audit_events including all)', name);
      execute format('alter table audit_events attach partition %I for values from (%L) to (%L)', name, first_at, end_at);
      execute format('create trigger never_emptied before truncate on %I for each statement execute function refuse_audit_change()', name);
      execute format('revoke update, delete, truncate on %I from public, current_user', name);
      return true;
    end $$`.execute(db);
  // The oldest month that is over for longer than keep_days goes, if all of it is sealed. Answers it, or no row.
  await sql`
    create function retire_audit_month(keep_days integer) returns table (month date, events bigint)
    language plpgsql security definer set search_path = ${here}, pg_temp as $$
    declare
      oldest text;
      first_at timestamptz;
      end_at timestamptz;
    begin
      if keep_days is null or keep_days < 400 then raise exception 'the audit log is kept for at least 400 days'; end if;
      perform pg_advisory_xact_lock(hashtext('rekey audit months'));
      select c.relname, to_date(right(c.relname, 7), 'YYYY_MM') into oldest, retire_audit_month.month
        from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'audit_events'::regclass and c.relname ~ '^audit_events_\\d{4}_\\d{2}$' order by c.relname limit 1;
      first_at := month::timestamp at time zone 'UTC';
      end_at := (month + interval '1 month') at time zone 'UTC';
      if oldest is null or end_at > now() - make_interval(days => keep_days) then return; end if;
      if exists (select from audit_unsealed u where u.at >= first_at and u.at < end_at) then return; end if;
      execute format('select count(*) from %I', oldest) into events;
      insert into audit_retired (month, events, retired_at) values (retire_audit_month.month, retire_audit_month.events, now());
      execute format('drop table %I', oldest);
      return next;
    end $$`.execute(db);
  await sql`
    select add_audit_month(month) from (
      select generate_series(0, 3) * interval '1 month' + now() as month
      union select distinct date_trunc('month', at at time zone 'UTC') at time zone 'UTC' from audit_events_before
    ) months`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table audit_events_before (
      id text, at timestamptz not null, tenant_id uuid, type text not null, outcome text not null, reason text,
      actor jsonb not null, user_id uuid, flow_id text, support_code text, details jsonb not null
    )`.execute(db);
  await sql`insert into audit_events_before select distinct on (id) * from audit_events order by id, at`.execute(db);
  await sql`drop table audit_events, audit_seals, audit_unsealed, audit_retired`.execute(db);
  await sql`drop function retire_audit_month, add_audit_month, refuse_audit_change, mark_unsealed_events`.execute(db);
  await sql`alter table audit_events_before rename to audit_events`.execute(db);
  await sql`alter table audit_events add constraint audit_events_pkey primary key (id)`.execute(db);
  await sql`create index audit_events_by_time on audit_events (tenant_id, at desc, id)`.execute(db);
  await sql`create index audit_events_by_flow on audit_events (flow_id) where flow_id is not null`.execute(db);
  await sql`create index audit_events_by_user on audit_events (user_id, at desc) where user_id is not null`.execute(db);
}
