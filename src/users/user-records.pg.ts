import { type RawBuilder, sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import { type AccountRow, accountColumns, accountOfRow } from "./account-row.pg.ts";
import { foldCase } from "./case-fold.ts";
import type { TemporaryState, UserFilter, UserRecord, UserRecords } from "./user-record.ts";

interface Row extends AccountRow {
  upn_key: string;
  must_change: boolean | null;
  temporary: boolean | null;
  never_expires: boolean | null;
  expires_at: Date | null;
  changed_at: Date | null;
  deleted_at: Date | null;
  given: (TemporaryState & { replaced: boolean }) | null;
}

export function createUserRecords(db: Db): UserRecords {
  return {
    async find(tenant, address) {
      const wanted = "id" in address ? sql`u.id = ${address.id}` : sql`u.upn_key = ${address.key}`;
      const { rows } = await select(sql`u.tenant_id = ${tenant.id} and u.deleted_at is null and ${wanted}`, 1).execute(db);
      return rows.map((row) => recordOf(row, tenant))[0] ?? null;
    },
    async page(tenant, filter, after, limit) {
      const conditions = [
        sql`u.tenant_id = ${tenant.id}`,
        filter.removedAfter === undefined ? sql`u.deleted_at is null` : sql`u.deleted_at > ${new Date(filter.removedAfter)}`,
        ...(after === null ? [] : [sql`u.upn_key > ${after}`]),
        ...conditionsOf(filter),
      ];
      const { rows } = await select(sql.join(conditions, sql` and `), limit).execute(db);
      return rows.map((row) => recordOf(row, tenant));
    },
  };
}

function select(condition: RawBuilder<unknown>, limit: number): RawBuilder<Row> {
  return sql<Row>`
    select u.upn_key, u.deleted_at, p.must_change, p.temporary, p.never_expires, p.expires_at, p.changed_at, (
        select json_build_object('replaced', g.replaced_at is not null, 'deliveredAt', ${milliseconds("delivered_at")},
          'openedAt', ${milliseconds("opened_at")}, 'usedAt', ${milliseconds("used_at")})
        from temporary_passwords g where g.user_id = u.id order by g.created_at desc, g.replaced_at is null desc limit 1
      ) as given,
      ${accountColumns("")}
    from users u left join passwords p on p.user_id = u.id
    where ${condition} order by u.upn_key limit ${limit}`;
}

/** Of a column of `temporary_passwords`, called `g`. */
function milliseconds(column: "delivered_at" | "opened_at" | "used_at"): RawBuilder<number | null> {
  return sql`floor(extract(epoch from g.${sql.ref(column)}) * 1000)`;
}

function conditionsOf({ search, role, group, enabled, licensed, directory }: UserFilter): RawBuilder<unknown>[] {
  return [
    ...(search === undefined ? [] : [matching(search)]),
    ...(role === undefined ? [] : [sql`exists (select 1 from held_roles r where r.user_id = u.id and r.role = ${role})`]),
    ...(group === undefined ? [] : [insideGroup(group)]),
    ...(enabled === undefined ? [] : [sql`u.enabled = ${enabled}`]),
    ...(licensed === undefined ? [] : [sql`u.licensed = ${licensed}`]),
    ...(directory === undefined ? [] : [sql`u.directory_id is not distinct from ${directory}::uuid`]),
  ];
}

/** What somebody typed is text, not a pattern. */
function prefixPattern(text: string): string {
  return `${text.replaceAll(/[\\%_]/g, "\\$&")}%`;
}

function matching(search: string): RawBuilder<unknown> {
  const shown = prefixPattern(search.normalize("NFC"));
  return sql`(u.upn_key like ${prefixPattern(foldCase(search))} or lower(u.display_name) like lower(${shown})
    or lower(u.given_name) like lower(${shown}) or lower(u.surname) like lower(${shown}))`;
}

function insideGroup(group: string): RawBuilder<unknown> {
  return sql`u.id in (
    with recursive inside(id) as (
      select ${group}::uuid
      union
      select c.child_id from group_children c join inside on inside.id = c.group_id
    )
    select m.user_id from group_members m join inside on inside.id = m.group_id)`;
}

function recordOf(row: Row, tenant: UserRecord["account"]["tenant"]): UserRecord {
  return {
    account: accountOfRow(row, tenant),
    key: row.upn_key,
    ...(row.deleted_at === null ? {} : { deletedAt: row.deleted_at.getTime() }),
    password:
      row.changed_at === null
        ? null
        : {
            mustChange: row.must_change ?? false,
            temporary: row.temporary ?? false,
            neverExpires: row.never_expires ?? false,
            expiresAt: row.expires_at?.getTime() ?? null,
            changedAt: row.changed_at.getTime(),
          },
    temporary: row.given === null || row.given.replaced ? null : row.given,
  };
}
