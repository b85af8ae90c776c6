import { type Kysely, sql, type Transaction } from "kysely";
import { PREPARED } from "../database/prepared.pg.ts";
import type { Database } from "../database/schema.ts";
import { noteReplaced } from "./temporary-passwords.pg.ts";

type Executor = Kysely<Database> | Transaction<Database>;

/** More former hashes than any policy asks for are not kept. */
const HISTORY_KEPT = 24;

/** The hashes that may not come back, the current one first. One statement. @param count as the policy's `passwords.history` */
export async function formerHashes(db: Executor, userId: string, count: number): Promise<string[]> {
  const { rows } = await sql<{ phc: string }>`${PREPARED}
    select phc from (
      select phc, 9223372036854775807 as place from passwords where user_id = ${userId}
      union all
      select phc, id from password_history where user_id = ${userId}
    ) known order by place desc limit ${count}`.execute(db);
  return rows.map((row) => row.phc);
}

export interface NewPassword {
  readonly userId: string;
  readonly phc: string;
  readonly now: number;
  readonly mustChange?: boolean;
  readonly temporary?: boolean;
  readonly expiresAt?: Date | null;
}

/**
 * Sets a password: the old hash goes into the history, whatever was temporary or suspended about it ends, and the credential version
 * rises, which ends every session. To be called in a transaction with what records it. Answers the new credential version.
 */
export async function writePassword(trx: Transaction<Database>, password: NewPassword): Promise<number> {
  const at = new Date(password.now);
  await sql`insert into password_history (user_id, phc, replaced_at) select user_id, phc, ${at} from passwords where user_id = ${password.userId}`.execute(
    trx,
  );
  await sql`
    delete from password_history where user_id = ${password.userId} and id not in (
      select id from password_history where user_id = ${password.userId} order by id desc limit ${HISTORY_KEPT}
    )`.execute(trx);
  const state = {
    phc: password.phc,
    must_change: password.mustChange ?? false,
    temporary: password.temporary ?? false,
    expires_at: password.expiresAt ?? null,
    suspended: false,
    changed_at: at,
  };
  await trx
    .insertInto("passwords")
    .values({ user_id: password.userId, ...state })
    .onConflict((oc) => oc.column("user_id").doUpdateSet(state))
    .execute();
  await noteReplaced(trx, password.userId, password.now);
  return raiseCredentialVersion(trx, password.userId, password.now);
}

/** Ends every session of a person. Answers the new version, to be raised in the session store too. */
export async function raiseCredentialVersion(trx: Transaction<Database>, userId: string, now: number): Promise<number> {
  const { credential_version } = await trx
    .updateTable("users")
    .set((eb) => ({ credential_version: eb("credential_version", "+", 1), updated_at: new Date(now) }))
    .where("id", "=", userId)
    .returning("credential_version")
    .executeTakeFirstOrThrow();
  return credential_version;
}
