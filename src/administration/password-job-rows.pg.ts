import { type RawBuilder, sql, type Transaction } from "kysely";
import type { Database } from "../database/schema.ts";
import type { Sealer } from "../keys/sealer.ts";
import { userAddress } from "../users/user-record.ts";
import { placeOfRow, type RowAsked } from "./password-job.ts";

type Trx = Transaction<Database>;

interface Into {
  readonly jobId: string;
  readonly tenantId: string;
}

/** Rows of a list that are in memory at once. */
const BATCH = 1_000;

/** People who are put into a job in one statement: a million would take longer than a statement may. */
const PEOPLE_AT_ONCE = 50_000;

/** Everybody of the organisation. Whom it must not touch is found row by row, under the lock of the person. */
export async function insertEverybody(trx: Trx, into: Into): Promise<void> {
  await insertPeople(trx, into, sql`true`);
}

/** Whoever is in the group, also through a group in it. @returns false: there is no such group */
export async function insertGroup(trx: Trx, into: Into, groupId: string): Promise<boolean> {
  const { rows } = await sql`select 1 from groups where tenant_id = ${into.tenantId} and id = ${groupId}`.execute(trx);
  if (rows.length === 0) return false;
  await insertPeople(
    trx,
    into,
    sql`u.id in (
      with recursive inside(id) as (
        select ${groupId}::uuid
        union
        select c.child_id from group_children c join inside on inside.id = c.group_id
      )
      select m.user_id from group_members m join inside on inside.id = m.group_id
    )`,
  );
  return true;
}

/** In the order of their names. Who gets another name meanwhile has one row still. */
async function insertPeople(trx: Trx, { jobId, tenantId }: Into, wanted: RawBuilder<unknown>): Promise<void> {
  let [position, after] = [0, ""];
  for (;;) {
    const { rows } = await sql<{ count: number; last: string | null }>`
      with page as materialized (
        select u.id, u.upn_key, u.user_principal_name from users u
        where u.tenant_id = ${tenantId} and u.deleted_at is null and u.upn_key > ${after} and ${wanted}
        order by u.upn_key limit ${PEOPLE_AT_ONCE}
      ), put as (
        insert into password_job_rows (job_id, position, user_id, user_principal_name, state)
        select ${jobId}, ${position}::integer + row_number() over (order by upn_key), id, user_principal_name, 'pending' from page
        on conflict do nothing
      )
      select count(*)::integer as count, max(upn_key) as last from page`.execute(trx);
    const { count = 0, last = null } = rows[0] ?? {};
    if (count < PEOPLE_AT_ONCE || last === null) return;
    position += count;
    after = last;
  }
}

/** A batch after the other, however long the list. A password that came with a name is sealed before it is anywhere. */
export async function insertList(trx: Trx, sealer: Sealer, into: Into, rows: AsyncIterable<RowAsked>): Promise<void> {
  let batch: object[] = [];
  for await (const { position, user, password, fault } of rows) {
    const sealed = password === undefined ? null : sealer.seal(placeOfRow(into.jobId, position), password).toString("base64");
    batch.push({ position, name: storable(user), ...userAddress(user), sealed, fault: fault ?? null });
    if (batch.length < BATCH) continue;
    await insertBatch(trx, into, batch);
    batch = [];
  }
  if (batch.length > 0) await insertBatch(trx, into, batch);
}

/** What somebody typed is shown again beside its outcome: fit for PostgreSQL, and not longer than a name can be. */
function storable(text: string): string {
  return text.trim().slice(0, 320).toWellFormed().replaceAll(/\p{C}/gu, "\ufffd");
}

/** Another organisation's people are unknown here, as those whom nobody has heard of. */
async function insertBatch(trx: Trx, { jobId, tenantId }: Into, batch: readonly object[]): Promise<void> {
  await sql`
    insert into password_job_rows (job_id, position, user_id, user_principal_name, state, reason, sealed_password)
    select ${jobId}, position, user_id, coalesce(known_name, name),
      case when fault = 'invalid-row' then 'failed' when reason is null then 'pending' else 'skipped' end, reason,
      case when reason is null then decode(sealed, 'base64') end
    from (
      select e.position, e.name, e.sealed, e.fault,
        case when e.fault is null then coalesce(i.id, k.id) end as user_id,
        coalesce(i.user_principal_name, k.user_principal_name) as known_name,
        coalesce(e.fault, case
          when coalesce(i.id, k.id) is null then 'unknown'
          when coalesce(i.deleted_at, k.deleted_at) is not null then 'deleted'
        end) as reason
      from json_to_recordset(${JSON.stringify(batch)}::json)
        as e(position integer, name text, id uuid, key text, sealed text, fault text)
      left join users i on i.id = e.id and i.tenant_id = ${tenantId}
      left join users k on k.upn_key = e.key and k.tenant_id = ${tenantId}
    ) found order by position
    on conflict do nothing`.execute(trx);
}
