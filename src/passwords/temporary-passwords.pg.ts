import { type Kysely, sql, type Transaction } from "kysely";
import type { Database } from "../database/schema.ts";
import { DAY } from "../kit/clock.ts";

type Executor = Kysely<Database> | Transaction<Database>;

/** Longer than anybody follows up; the audit log keeps the rest. */
const REPLACED_KEPT_MS = 90 * DAY;

/** A reset for somebody else, as it is noted. */
export interface TemporaryPasswordNoted {
  readonly id: string;
  readonly tenantId: string;
  readonly userId: string;
  readonly now: number;
  readonly createdBy: object;
  /** Milliseconds; `null`: never. */
  readonly expiresAt: number | null;
  readonly linkId: string | null;
}

export async function noteTemporaryPassword(trx: Transaction<Database>, noted: TemporaryPasswordNoted): Promise<void> {
  const { id, tenantId, userId, now, createdBy, expiresAt, linkId } = noted;
  await trx
    .insertInto("temporary_passwords")
    .values({
      id,
      tenant_id: tenantId,
      user_id: userId,
      created_at: new Date(now),
      created_by: JSON.stringify(createdBy),
      expires_at: expiresAt === null ? null : new Date(expiresAt),
      link_id: linkId,
    })
    .execute();
}

/** The person has set a password of their own with what an administrator gave. To be called before that password is written. */
export async function noteUsed(trx: Transaction<Database>, userId: string, now: number): Promise<void> {
  await sql`
    update temporary_passwords set used_at = ${new Date(now)}
    where user_id = ${userId} and used_at is null and replaced_at is null`.execute(trx);
}

/** Whatever an administrator gave before is good for nothing any more. */
export async function noteReplaced(trx: Transaction<Database>, userId: string, now: number): Promise<void> {
  await sql`
    update temporary_passwords set replaced_at = ${new Date(now)}
    where user_id = ${userId} and used_at is null and replaced_at is null`.execute(trx);
}

/** The first of several messages, and the first opening, count. */
export async function noteDelivered(db: Executor, linkId: string, now: number): Promise<void> {
  await sql`update temporary_passwords set delivered_at = ${new Date(now)} where link_id = ${linkId} and delivered_at is null`.execute(db);
}

export async function noteOpened(db: Executor, linkId: string, now: number): Promise<void> {
  await sql`update temporary_passwords set opened_at = ${new Date(now)} where link_id = ${linkId} and opened_at is null`.execute(db);
}

/** Deletes a batch of notes that nobody is shown any more. @returns how many */
export async function forgetReplaced(db: Kysely<Database>, now: number, limit: number): Promise<number> {
  const { rows } = await sql`
    delete from temporary_passwords where id in (
      select id from temporary_passwords where replaced_at <= ${new Date(now - REPLACED_KEPT_MS)} limit ${limit} for update skip locked
    ) returning 1`.execute(db);
  return rows.length;
}
