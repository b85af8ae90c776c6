import { sql, type Transaction } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import { DAY } from "../kit/clock.ts";
import { newId, type Random } from "../kit/random.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import { clearValuesOnTheirWay } from "../methods/values-on-their-way.pg.ts";
import { formerHashes, writePassword } from "../passwords/password-store.pg.ts";
import { noteDelivered, noteOpened, noteUsed } from "../passwords/temporary-passwords.pg.ts";
import { voidLinks } from "../passwords/void-links.pg.ts";
import { SET_PASSWORD_LINK } from "./reset-terms.ts";
import type { NewPasswordByLink, SetByLinkStore } from "./set-by-link.ts";

/** How long "this was not me" can be said: as long as of a reset. */
const OBJECTION_MS = 30 * DAY;

interface LinkRow {
  user_id: string;
  tenant_id: string;
  reset_id: string;
  upn_key: string;
}

export function createSetByLinkStore({ db, random }: { db: Db; random: Random }): SetByLinkStore {
  return {
    async read(linkId, now) {
      const row = await findLink(db, linkId, now);
      return row === null ? null : { userId: row.user_id, resetId: row.reset_id };
    },
    async exists(linkId) {
      const { rows } = await sql`select 1 from one_time_links where id = ${linkId} and purpose = ${SET_PASSWORD_LINK}`.execute(db);
      return rows.length > 0;
    },
    noteDelivered: (linkId, now) => noteDelivered(db, linkId, now),
    noteOpened: (linkId, now) => noteOpened(db, linkId, now),
    currentHash: async (userId) => (await formerHashes(db, userId, 1))[0] ?? null,
    set: (password) => db.transaction().execute((trx) => set(trx, password, random)),
  };
}

/**
 * The link with the reset it belongs to. Whatever sets another password notes that on the reset, under the lock of the person's row: so clocks of two
 * nodes that differ leave no moment in which a replaced link is good.
 */
async function findLink(db: Db | Transaction<Database>, linkId: string, now: number): Promise<LinkRow | null> {
  const { rows } = await sql<LinkRow>`
    select l.user_id, l.tenant_id, r.id as reset_id, u.upn_key
    from one_time_links l
      join temporary_passwords r on r.link_id = l.id and r.used_at is null and r.replaced_at is null
      join users u on u.id = l.user_id and u.deleted_at is null and u.enabled
      join tenants t on t.id = l.tenant_id and t.suspended_at is null
    where l.id = ${linkId} and l.purpose = ${SET_PASSWORD_LINK} and l.used_at is null and l.expires_at > ${new Date(now)}`.execute(db);
  return rows[0] ?? null;
}

async function set(
  trx: Transaction<Database>,
  { linkId, phc, origin, now }: NewPasswordByLink,
  random: Random,
): ReturnType<SetByLinkStore["set"]> {
  const found = await findLink(trx, linkId, now);
  if (found === null) return { outcome: "gone" };
  const userId = found.user_id;
  // The same row that every other setting of a password takes.
  await sql`select 1 from users where id = ${userId} for update`.execute(trx);
  // Read again under the lock: of many at once the others waited above, and find it used here.
  const link = await findLink(trx, linkId, now);
  if (link === null) return { outcome: "gone" };
  const used = await trx
    .updateTable("one_time_links")
    .set({ used_at: new Date(now) })
    .where("id", "=", linkId)
    .where("used_at", "is", null)
    .executeTakeFirst();
  if (used.numUpdatedRows !== 1n) return { outcome: "gone" };
  await noteUsed(trx, userId, now);
  const credentialVersion = await writePassword(trx, { userId, phc, now });
  await voidLinks(trx, userId, now);
  await clearValuesOnTheirWay(trx, userId);
  await record(trx, link, { origin, now, version: credentialVersion }, random);
  return { outcome: "set", userId, credentialVersion, upnKey: link.upn_key };
}

async function record(
  trx: Transaction<Database>,
  { user_id: userId, tenant_id: tenantId, reset_id: flowId }: LinkRow,
  { origin, now, version }: { origin: string; now: number; version: number },
  random: Random,
): Promise<void> {
  const linkId = newId(random);
  const times = { created_at: new Date(now), expires_at: new Date(now + OBJECTION_MS), used_at: null };
  await trx
    .insertInto("one_time_links")
    .values({ id: linkId, purpose: "not-me", tenant_id: tenantId, user_id: userId, flow_id: null, ...times })
    .execute();
  // Whoever reads the mailbox that the link went to: not proved to be the person.
  const actor = { kind: "anonymous" } as const;
  await writeAuditEvents(trx, [
    { id: newId(random), at: now, tenantId, type: "password.set-by-link", outcome: "success", actor, userId, flowId, details: {} },
  ]);
  const queue = createMessageQueue(trx);
  await queue.enqueue({ task: "send-notice", notice: "password-changed", userId, flowId, linkId, origin });
  await queue.enqueue({ task: "raise-credential-version", userId, version });
}
