import type { Transaction } from "kysely";
import type { Database } from "../database/schema.ts";
import { DAY } from "../kit/clock.ts";

/** How long "this was not me" can be said of a change of security info: as long as of a reset. */
const OBJECTION_MS = 30 * DAY;

/** The purpose of the link in a notice of changed security info. */
export const CHANGE_LINK = "not-me-method";

interface NewLink {
  readonly linkId: string;
  readonly tenantId: string;
  readonly userId: string;
  readonly now: number;
}

/** The link of a notice, in the transaction of what the notice tells. Its token is derived from the id. */
export async function writeChangeLink(trx: Transaction<Database>, { linkId, tenantId, userId, now }: NewLink): Promise<void> {
  await trx
    .insertInto("one_time_links")
    .values({
      id: linkId,
      purpose: CHANGE_LINK,
      tenant_id: tenantId,
      user_id: userId,
      flow_id: null,
      created_at: new Date(now),
      expires_at: new Date(now + OBJECTION_MS),
      used_at: null,
    })
    .execute();
}
