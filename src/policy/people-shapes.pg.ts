import { type RawBuilder, sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import { METHOD_TYPES } from "../methods/method.ts";
import type { TenantFacts } from "../tenants/tenant.ts";
import { ROLES } from "../users/roles.ts";
import { CONSECUTIVE_FAILURES_ALLOWED } from "./eligibility.ts";
import {
  accountOfShape,
  factBit,
  GROUPS_FROM,
  type GroupClass,
  MOST_CLASSES,
  methodBit,
  type PeopleShape,
  type PersonOfShape,
  type ShapeKey,
} from "./people-shapes.ts";

/**
 * How many people of an organisation there are of each shape, in one statement. Methods that do not count at `now` (waiting, blocked, begun)
 * are not seen.
 * @param groups those that the policies in question name, from `groupClasses`
 */
export async function readPeopleShapes(db: Db, tenant: TenantFacts, groups: readonly GroupClass[], now: number): Promise<PeopleShape[]> {
  const { rows } = await sql<{ key: ShapeKey; count: number }>`
    ${shaped(tenant.id, groups, now)} select key, count(*)::int as count from shaped group by key order by key`.execute(db);
  return rows.map(({ key, count }) => ({ key, count, account: accountOfShape(key, tenant, groups) }));
}

/** Some people of the given shapes, in no order. */
export async function readPeopleOfShapes(
  db: Db,
  tenant: TenantFacts,
  groups: readonly GroupClass[],
  now: number,
  wanted: { keys: readonly ShapeKey[]; limit: number },
): Promise<PersonOfShape[]> {
  if (wanted.keys.length === 0) return [];
  const { rows } = await sql<PersonOfShape>`
    ${shaped(tenant.id, groups, now)}
    select id, user_principal_name as "userPrincipalName", key from shaped where key = any(${wanted.keys}::int[]) limit ${wanted.limit}`.execute(
    db,
  );
  return rows;
}

/** Roles that ask for no second gate; any other does, one that this version does not know too. */
const HARMLESS = ROLES.filter(({ twoGate }) => !twoGate).map(({ role }) => role);

const bitWhen = (condition: RawBuilder<unknown>, bit: number) => sql`((${condition})::int << ${sql.lit(bit)})`;

/** A common table `shaped (id, user_principal_name, key)`: everybody of the organisation. */
function shaped(tenantId: string, groups: readonly GroupClass[], now: number): RawBuilder<unknown> {
  if (groups.length > MOST_CLASSES) throw new Error(`at most ${MOST_CLASSES} classes of groups fit`);
  const groupIds = groups.flat();
  const bitOfGroup = groups.flatMap((ids, index) => ids.map(() => GROUPS_FROM + index));
  return sql`
    with recursive inside (id, bit) as (
      select asked.id, asked.bit from unnest(${groupIds}::uuid[], ${bitOfGroup}::int[]) as asked (id, bit)
      union
      select c.child_id, inside.bit from group_children c join inside on inside.id = c.group_id
    ), member as (
      select m.user_id, bit_or(1 << inside.bit) as bits from group_members m join inside on inside.id = m.group_id group by m.user_id
    ), registered as (
      select m.user_id, bit_or(${methodBits}) as bits
      from authentication_methods m join users o on o.id = m.user_id
      where o.tenant_id = ${tenantId} and o.deleted_at is null and (m.verified_at is not null or m.source = 'admin')
        and m.consecutive_failures < ${CONSECUTIVE_FAILURES_ALLOWED} and (m.usable_from is null or m.usable_from <= ${new Date(now)})
      group by m.user_id
    ), shaped as (
      select u.id, u.user_principal_name, ${bitWhen(sql`u.enabled`, factBit("enabled"))} | ${bitWhen(sql`u.licensed`, factBit("licensed"))}
        | ${bitWhen(sql`u.recovery_frozen_at is not null`, factBit("frozen"))}
        | ${bitWhen(sql`u.directory_id is not null`, factBit("directory"))}
        | ${bitWhen(sql`u.id in (select r.user_id from held_roles r where r.role <> all(${HARMLESS}))`, factBit("twoGate"))}
        | coalesce(registered.bits, 0) | coalesce(member.bits, 0) as key
      from users u left join registered on registered.user_id = u.id left join member on member.user_id = u.id
      where u.tenant_id = ${tenantId} and u.deleted_at is null
    )`;
}

/** Of an `authentication_methods` row `m` that counts. A type that this version does not know counts for nothing. */
const methodBits = sql`case ${sql.join(
  METHOD_TYPES.flatMap((type) => [
    sql`when m.type = ${sql.lit(type)} and m.verified_at is not null then ${sql.lit(1 << methodBit(type, true))}`,
    sql`when m.type = ${sql.lit(type)} then ${sql.lit(1 << methodBit(type, false))}`,
  ]),
  sql` `,
)} else 0 end`;
