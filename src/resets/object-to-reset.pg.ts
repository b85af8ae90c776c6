import { sql, type Transaction } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import { newId, type Random } from "../kit/random.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import { clearValuesOnTheirWay } from "../methods/values-on-their-way.pg.ts";
import { raiseCredentialVersion } from "../passwords/password-store.pg.ts";
import { noteReplaced } from "../passwords/temporary-passwords.pg.ts";
import { forgetSourcesSince } from "../users/familiar-sources.pg.ts";
import { freezeRecovery } from "../users/recovery-freeze.pg.ts";
import type { ObjectionStore, Stopped } from "./object-to-reset.ts";

interface LinkRow {
  tenant_id: string;
  user_id: string;
  flow_id: string | null;
  used_at: Date | null;
  organisation: string;
  completed_at: Date;
  password_in_force: boolean;
}

export function createObjectionStore({ db, random }: { db: Db; random: Random }): ObjectionStore {
  return {
    async read(linkId, now) {
      const row = await findLink(db, linkId, now);
      if (row === null) return null;
      const { organisation, completed_at: completedAt, used_at: usedAt } = row;
      return { organisation, resetAt: completedAt.getTime(), objected: usedAt !== null, passwordInForce: row.password_in_force };
    },
    stop: (linkId, now) => db.transaction().execute((trx) => stop(trx, linkId, now, random)),
  };
}

async function stop(trx: Transaction<Database>, linkId: string, now: number, random: Random): Promise<Stopped> {
  const found = await findLink(trx, linkId, now);
  if (found === null) return { outcome: "gone" };
  // The same row that a reset, a role and a switch of the account take: whoever sets a password now comes before or after, not between.
  await sql`select 1 from users where id = ${found.user_id} for update`.execute(trx);
  // Read again under the lock: a second click waits above and finds the first here, a password set meanwhile is not the disputed one.
  const link = await findLink(trx, linkId, now);
  if (link === null) return { outcome: "gone" };
  if (link.used_at !== null) return { outcome: "stopped-before" };
  const { user_id: userId, tenant_id: tenantId, flow_id: flowId, password_in_force: passwordInForce } = link;
  await trx
    .updateTable("one_time_links")
    .set({ used_at: new Date(now) })
    .where("id", "=", linkId)
    .execute();
  await freezeRecovery(trx, userId, { now, since: link.completed_at });
  await clearValuesOnTheirWay(trx, userId);
  // A link that an administrator has sent ends too: the mailbox may be the thief's.
  await noteReplaced(trx, userId, now);
  if (passwordInForce) await trx.updateTable("passwords").set({ suspended: true }).where("user_id", "=", userId).execute();
  await forgetSourcesSince(trx, userId, link.completed_at);
  const credentialVersion = await raiseCredentialVersion(trx, userId, now);
  await writeAuditEvents(trx, [
    {
      id: newId(random),
      at: now,
      tenantId,
      type: "recovery.frozen",
      outcome: "success",
      reason: flowId === null ? "password-change-disputed" : "reset-disputed",
      // Whoever reads a registered address of the person: not proved to be the person.
      actor: { kind: "anonymous" },
      userId,
      ...(flowId === null ? {} : { flowId }),
      details: { passwordSuspended: passwordInForce },
    },
  ]);
  await createMessageQueue(trx).enqueue({ task: "raise-credential-version", userId, version: credentialVersion });
  return { outcome: "stopped", userId, credentialVersion };
}

/**
 * The link with what it disputes. The password is the disputed one exactly while it was changed at the very time at which the reset was
 * completed: both are written in one transaction with one time. Not "before or at": clocks of two nodes may differ, and a password that
 * an administrator or the person has set since must keep working.
 */
async function findLink(db: Db | Transaction<Database>, linkId: string, now: number): Promise<LinkRow | null> {
  const { rows } = await sql<LinkRow>`
    select l.tenant_id, l.user_id, l.flow_id, l.used_at, t.name as organisation, moment.completed_at,
      -- One that is out of use already, since an administrator sent a link instead, is stopped with the rest.
      coalesce(p.changed_at = moment.completed_at or p.suspended, false) as password_in_force
    from one_time_links l
      join users u on u.id = l.user_id and u.deleted_at is null
      join tenants t on t.id = l.tenant_id and t.suspended_at is null
      left join completed_resets c on c.flow_id = l.flow_id
      -- A change by whoever was signed in has no flow: its link was written with it.
      cross join lateral (select case when l.flow_id is null then l.created_at else c.completed_at end as completed_at) moment
      left join passwords p on p.user_id = l.user_id
    where l.id = ${linkId} and l.purpose = 'not-me' and moment.completed_at is not null and l.expires_at > ${new Date(now)}`.execute(db);
  return rows[0] ?? null;
}
