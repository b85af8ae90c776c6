import { sql, type Transaction } from "kysely";
import type { Database } from "../database/schema.ts";

/** Freezes the resets of a person. @param since what was registered or changed then or later is disputed; the earliest of several stays */
export async function freezeRecovery(
  trx: Transaction<Database>,
  userId: string,
  { now, since }: { now: number; since: Date },
): Promise<void> {
  await sql`
    update users set recovery_frozen_at = coalesce(recovery_frozen_at, ${new Date(now)}),
      recovery_disputed_since = least(recovery_disputed_since, ${since})
    where id = ${userId}`.execute(trx);
}

/**
 * Lifts the freeze. Every unused "this was not me" of before is void: whoever proved it in two ways has looked, and a link in an old mailbox must not
 * bring the freeze back.
 */
export async function unfreezeRecovery(trx: Transaction<Database>, userId: string, now: number): Promise<void> {
  await trx.updateTable("users").set({ recovery_frozen_at: null, recovery_disputed_since: null }).where("id", "=", userId).execute();
  await trx
    .updateTable("one_time_links")
    .set({ expires_at: new Date(now) })
    .where("user_id", "=", userId)
    .where("used_at", "is", null)
    .where("purpose", "like", "not-me%")
    .execute();
}
