import { sql, type Transaction } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import { newId, type Random } from "../kit/random.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import { CHANGE_LINK } from "../methods/change-link.pg.ts";
import { clearValuesOnTheirWay } from "../methods/values-on-their-way.pg.ts";
import { raiseCredentialVersion } from "../passwords/password-store.pg.ts";
import { noteReplaced } from "../passwords/temporary-passwords.pg.ts";
import { forgetSourcesSince } from "../users/familiar-sources.pg.ts";
import { freezeRecovery } from "../users/recovery-freeze.pg.ts";
import type { ChangeObjectionStore, ChangeStopped } from "./object-to-change.ts";

interface LinkRow {
  tenant_id: string;
  user_id: string;
  created_at: Date;
  used_at: Date | null;
  organisation: string;
}

export function createChangeObjectionStore({ db, random }: { db: Db; random: Random }): ChangeObjectionStore {
  return {
    async read(linkId, now) {
      const row = await findLink(db, linkId, now);
      if (row === null) return null;
      return { organisation: row.organisation, changedAt: row.created_at.getTime(), objected: row.used_at !== null };
    },
    stop: (linkId, now) => db.transaction().execute((trx) => stop(trx, linkId, now, random)),
  };
}

async function stop(trx: Transaction<Database>, linkId: string, now: number, random: Random): Promise<ChangeStopped> {
  const found = await findLink(trx, linkId, now);
  if (found === null) return { outcome: "gone" };
  await sql`select 1 from users where id = ${found.user_id} for update`.execute(trx);
  // Read again under the lock: a second click waits above and finds the first here.
  const link = await findLink(trx, linkId, now);
  if (link === null) return { outcome: "gone" };
  if (link.used_at !== null) return { outcome: "stopped-before" };
  const { user_id: userId, tenant_id: tenantId } = link;
  await trx
    .updateTable("one_time_links")
    .set({ used_at: new Date(now) })
    .where("id", "=", linkId)
    .execute();
  await freezeRecovery(trx, userId, { now, since: link.created_at });
  await clearValuesOnTheirWay(trx, userId);
  // A link that an administrator has sent ends too: the mailbox may be the thief's.
  await noteReplaced(trx, userId, now);
  await forgetSourcesSince(trx, userId, link.created_at);
  const credentialVersion = await raiseCredentialVersion(trx, userId, now);
  await writeAuditEvents(trx, [
    {
      id: newId(random),
      at: now,
      tenantId,
      type: "recovery.frozen",
      outcome: "success",
      reason: "security-info-disputed",
      // Whoever reads a registered address of the person: not proved to be the person.
      actor: { kind: "anonymous" },
      userId,
    },
  ]);
  await createMessageQueue(trx).enqueue({ task: "raise-credential-version", userId, version: credentialVersion });
  return { outcome: "stopped", userId, credentialVersion };
}

async function findLink(db: Db | Transaction<Database>, linkId: string, now: number): Promise<LinkRow | null> {
  const { rows } = await sql<LinkRow>`
    select l.tenant_id, l.user_id, l.created_at, l.used_at, t.name as organisation
    from one_time_links l
      join users u on u.id = l.user_id and u.deleted_at is null
      join tenants t on t.id = l.tenant_id and t.suspended_at is null
    where l.id = ${linkId} and l.purpose = ${CHANGE_LINK} and l.expires_at > ${new Date(now)}`.execute(db);
  return rows[0] ?? null;
}
