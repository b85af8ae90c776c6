import type { Transaction } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import { DAY } from "../kit/clock.ts";
import { newId, type Random } from "../kit/random.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import { writePassword } from "../passwords/password-store.pg.ts";
import { noteUsed } from "../passwords/temporary-passwords.pg.ts";
import { voidLinks } from "../passwords/void-links.pg.ts";
import { rememberSource } from "../users/familiar-sources.pg.ts";
import type { CommitPasswordChange, PasswordChange } from "./change-password.ts";

/** How long "this was not me" can be said: as long as of a reset. */
const OBJECTION_MS = 30 * DAY;

export function createCommitPasswordChange({ db, random }: { db: Db; random: Random }): CommitPasswordChange {
  return (change) =>
    db.transaction().execute(async (trx) => {
      const { userId, now } = change;
      // Whoever sets a password raises the version under this lock: of two changes at once the second one finds it raised.
      const person = await trx
        .selectFrom("users")
        .select(["tenant_id", "credential_version"])
        .where("id", "=", userId)
        .where("enabled", "=", true)
        .where("deleted_at", "is", null)
        .forUpdate()
        .executeTakeFirst();
      if (person?.credential_version !== change.credentialVersion) return { outcome: "outdated" };
      await noteUsed(trx, userId, now);
      const credentialVersion = await writePassword(trx, { userId, phc: change.phc, now });
      await voidLinks(trx, userId, now);
      await rememberSource(trx, userId, change.sourceTag, now);
      await record(trx, change, person.tenant_id, random);
      await createMessageQueue(trx).enqueue({ task: "raise-credential-version", userId, version: credentialVersion });
      return { outcome: "changed", credentialVersion };
    });
}

/** The objection's link bears the very time of the change: by that it knows later whether the disputed password is still the one in force. */
async function record(trx: Transaction<Database>, change: PasswordChange, tenantId: string, random: Random): Promise<void> {
  const { userId, linkId, origin, now } = change;
  await trx
    .insertInto("one_time_links")
    .values({
      id: linkId,
      purpose: "not-me",
      tenant_id: tenantId,
      user_id: userId,
      flow_id: null,
      created_at: new Date(now),
      expires_at: new Date(now + OBJECTION_MS),
      used_at: null,
    })
    .execute();
  await writeAuditEvents(trx, [
    {
      id: newId(random),
      at: now,
      tenantId,
      type: "password.change",
      outcome: "success",
      actor: { kind: "user", id: userId },
      userId,
      details: {},
    },
  ]);
  await createMessageQueue(trx).enqueue({ task: "send-change-notice", userId, linkId, origin });
}
