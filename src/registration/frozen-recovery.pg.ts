import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import type { MethodType } from "../methods/method.ts";
import { kindOfType } from "./method-rules.ts";
import { type Locked, rowsOf, withOwner } from "./own-method-rows.pg.ts";
import type { OwnerAct } from "./own-method-store.ts";
import { recoveryFrozen } from "./owner-act.ts";

/** Of so many kinds proofs are needed while recovery is frozen. */
const KINDS = 2;

/**
 * Whether the act is proved by two kinds of methods that are older than what was disputed. What was registered or changed since then may be the
 * work of the very one whom the owner objected to, and vouches for nothing (security.md J08).
 */
export async function provedUndisputed({ trx, account }: Locked, { byMethods }: Pick<OwnerAct, "byMethods">): Promise<boolean> {
  const { rows: facts } = await sql<{ since: Date | null }>`
    select recovery_disputed_since as since from users where id = ${account.id}`.execute(trx);
  const since = facts[0]?.since ?? null;
  const older = (await rowsOf(trx, account.id)).filter(
    ({ id, verified_at, created_at }) => byMethods.includes(id) && (since === null || (verified_at ?? created_at) < since),
  );
  return new Set(older.map(({ type }) => kindOfType(type as MethodType))).size >= KINDS;
}

/**
 * `withOwner`, for what adds, changes or takes away. While recovery is frozen a session, or one mailbox, must change nothing.
 * @throws {Problem} `conflict` with the reason `recovery-frozen`, `unauthenticated` for somebody who is gone
 */
export function withUndisputedOwner<T>(db: Db, act: OwnerAct, work: (locked: Locked) => Promise<T>): Promise<T> {
  return withOwner(db, act.userId, async (locked) => {
    if (locked.account.recoveryFrozen && !(await provedUndisputed(locked, act))) throw recoveryFrozen();
    return work(locked);
  });
}
