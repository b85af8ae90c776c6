import { sql, type Transaction } from "kysely";
import { PREPARED } from "../database/prepared.pg.ts";
import type { Database } from "../database/schema.ts";

/** The columns of a row on which no value and no code is on its way. */
export const NOTHING_ON_ITS_WAY = {
  pending_value: null,
  pending_tag: null,
  pending_hint: null,
  challenge_id: null,
  challenge_expires_at: null,
  challenge_tries: 0,
  challenge_sent_at: null,
  waits: true,
} as const;

/**
 * Ends whatever a person began to register or to change and never verified: after a reset or a "this was not me", values that somebody else put on
 * their way must not become methods. What an administrator filled in stays.
 */
export async function clearValuesOnTheirWay(trx: Transaction<Database>, userId: string): Promise<void> {
  // One statement, each row in one half alone.
  await sql`${PREPARED}
    with begun as (
      delete from authentication_methods where user_id = ${userId} and source = 'user' and verified_at is null
    )
    update authentication_methods set pending_value = null, pending_tag = null, pending_hint = null, challenge_id = null,
      challenge_expires_at = null, challenge_tries = 0, challenge_sent_at = null, waits = true
    where user_id = ${userId} and (source = 'admin' or verified_at is not null) and (pending_value is not null or challenge_id is not null)`.execute(
    trx,
  );
}
