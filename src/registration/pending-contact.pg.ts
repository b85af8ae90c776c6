import type { Db } from "../database/connect.pg.ts";
import type { Sealer } from "../keys/sealer.ts";
import { CONTACT_TYPES, type ContactType } from "../methods/contact-method.ts";
import { methodPlace } from "../methods/method-store.pg.ts";
import type { ReadPendingContact } from "./pending-contact.ts";

export function createReadPendingContact({ db, sealer }: { db: Db; sealer: Sealer }): ReadPendingContact {
  return async (methodId, challengeId) => {
    const row = await db
      .selectFrom("authentication_methods")
      .select(["id", "user_id", "type", "sealed_value", "pending_value", "challenge_expires_at"])
      .where("id", "=", methodId)
      .where("challenge_id", "=", challengeId)
      .where("type", "in", [...CONTACT_TYPES])
      .executeTakeFirst();
    if (row === undefined || row.challenge_expires_at === null) return null;
    return {
      challenge: { purpose: "registration", flowId: row.id, challengeId },
      expiresAt: row.challenge_expires_at.getTime(),
      type: row.type as ContactType,
      value: sealer.unseal(methodPlace(row.user_id, row.id), row.pending_value ?? row.sealed_value),
      userId: row.user_id,
    };
  };
}
