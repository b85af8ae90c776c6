import type { Transaction } from "kysely";
import type { Database } from "../database/schema.ts";

/**
 * Ends the unused one-time links of a person whose password was set: an older way in is no way in any more. Objections stay possible: they
 * are how the owner stops a thief who sets it twice.
 */
export async function voidLinks(trx: Transaction<Database>, userId: string, now: number): Promise<void> {
  await trx
    .updateTable("one_time_links")
    .set({ expires_at: new Date(now) })
    .where("user_id", "=", userId)
    .where("used_at", "is", null)
    .where("purpose", "not like", "not-me%")
    .execute();
}
