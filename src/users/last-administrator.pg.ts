import { sql, type Transaction } from "kysely";
import type { Database } from "../database/schema.ts";
import { Problem } from "../kit/problem.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import { heldRoles } from "./locked-person.pg.ts";
import { outOfReach } from "./reach.ts";
import { GLOBAL_ADMINISTRATOR } from "./role-rules.ts";
import type { Act } from "./user-writer.ts";

type Trx = Transaction<Database>;
type ChangingAct = Pick<Act, "tenantId" | "actor" | "now">;

/**
 * Until the end of the transaction nobody else in the organisation changes who holds which role, or removes or disables somebody. Two calls
 * that each look and find another Global Administrator could unmake the last two together. To be taken first, before any row.
 */
export async function lockAdministrators(trx: Trx, tenantId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`administrators ${tenantId}`}, 0))`.execute(trx);
}

/**
 * Whoever acts, with the roles of this moment: somebody who was demoted, disabled or removed while the call was on its way finishes
 * nothing. To be called under `lockAdministrators`, which all of these take. Locks the people of the act in one order.
 * @param others ids of the people that the act is about
 * @throws {Problem} `forbidden`
 */
export async function presentAct(trx: Trx, act: Act, others: readonly string[]): Promise<Act> {
  const { actor, tenantId } = act;
  const own = actor.kind === "user" ? [actor.id] : [];
  const { rows } = await sql<{ id: string; enabled: boolean }>`
    select id, enabled from users where tenant_id = ${tenantId} and id = any(${[...own, ...others]}::uuid[]) and deleted_at is null
    order by id for update`.execute(trx);
  if (actor.kind !== "user") return act;
  if (!rows.some(({ id, enabled }) => id === actor.id && enabled))
    throw outOfReach({ missing: "role", reason: "Your account has been closed." });
  return { ...act, roles: (await heldRoles(trx, actor.id)).roles };
}

/** Who of these people is a Global Administrator, by themselves or by a group. */
export async function globalAdministratorsAmong(trx: Trx, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct user_id as id from held_roles where role = ${GLOBAL_ADMINISTRATOR} and user_id = any(${ids}::uuid[])`.execute(trx);
  return rows.map(({ id }) => id);
}

/**
 * After a change: an organisation keeps a Global Administrator who can sign in, or what was done is rolled back; and all are told who is none any
 * more.
 * @param before whom the change was about and who were Global Administrators: where there is none, it cannot have unmade one
 * @throws {Problem} `conflict`
 */
export async function keepGlobalAdministrator(trx: Trx, act: ChangingAct, before: readonly string[]): Promise<void> {
  const { tenantId } = act;
  if (before.length === 0) return;
  const { rows } = await sql`
    select 1 from users u where u.tenant_id = ${tenantId} and u.enabled and u.deleted_at is null
      and exists (select 1 from held_roles r where r.user_id = u.id and r.role = ${GLOBAL_ADMINISTRATOR})
    limit 1`.execute(trx);
  if (rows.length === 0)
    throw new Problem("conflict", { detail: "This is the last Global Administrator who can sign in. Make another one first." });
  // An account for emergencies that is no Global Administrator any more would be one in name alone.
  await sql`
    update users u set break_glass = false where u.tenant_id = ${tenantId} and u.id = any(${[...before]}::uuid[]) and u.break_glass
      and (u.deleted_at is not null or not exists (select 1 from held_roles r where r.user_id = u.id and r.role = ${GLOBAL_ADMINISTRATOR}))`.execute(
    trx,
  );
  const unmade = await sql<{ id: string }>`
    select u.id from users u where u.tenant_id = ${tenantId} and u.id = any(${[...before]}::uuid[]) and (not u.enabled or u.deleted_at is not null
      or not exists (select 1 from held_roles r where r.user_id = u.id and r.role = ${GLOBAL_ADMINISTRATOR}))`.execute(trx);
  for (const { id } of unmade.rows) await tell(trx, act, id, "off");
}

/** After a change that may make Global Administrators. @param before who of `whom` was one: all are told of the others who are one now */
export async function tellOfGlobalAdministrators(
  trx: Trx,
  act: ChangingAct,
  whom: readonly string[],
  before: readonly string[],
): Promise<void> {
  for (const id of await globalAdministratorsAmong(trx, whom)) if (!before.includes(id)) await tell(trx, act, id, "on");
}

/** Never by the policy's leave: whoever is about to have the house to themselves could switch it off first. */
async function tell(trx: Trx, { tenantId, actor, now }: ChangingAct, userId: string, state: "on" | "off"): Promise<void> {
  const about = { tenantId, userId, actor, at: now, details: { state } };
  await createMessageQueue(trx).enqueue({ task: "send-administrators-notice", notice: "role-changed", ...about });
}
