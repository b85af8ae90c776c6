import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import { DAY } from "../kit/clock.ts";

/** So long what was never verified stays: long enough to look for a code, and then its place is free again. */
const UNVERIFIED_MS = DAY;

/** Deletes a batch of what people began to register and never verified; what administrators filled in stays. @returns how many */
export async function forgetOldRegistrations(db: Db, now: number, limit: number): Promise<number> {
  const before = new Date(now - UNVERIFIED_MS);
  const { rows } = await sql`
    delete from authentication_methods where id in (
      select id from authentication_methods
      where source = 'user' and verified_at is null and created_at <= ${before} and coalesce(challenge_sent_at, created_at) <= ${before}
      limit ${limit} for update skip locked
    ) returning 1`.execute(db);
  return rows.length;
}
