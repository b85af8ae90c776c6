import { sql, type Transaction } from "kysely";
import type { Database } from "../database/schema.ts";
import { Problem } from "../kit/problem.ts";
import { globalAdministratorsAmong } from "./last-administrator.pg.ts";
import { BREAK_GLASS_ACCOUNTS } from "./user-writer.ts";

/**
 * Says whether an account is kept for emergencies. To be called under `lockAdministrators` and the lock of the person's row. Answers whether
 * it was otherwise before.
 * @throws {Problem} `conflict`
 */
export async function setBreakGlass(trx: Transaction<Database>, tenantId: string, userId: string, wanted: boolean): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    select id from users where tenant_id = ${tenantId} and break_glass and deleted_at is null`.execute(trx);
  const kept = rows.map(({ id }) => id);
  if (kept.includes(userId) === wanted) return false;
  if (wanted && kept.length >= BREAK_GLASS_ACCOUNTS)
    throw new Problem("conflict", { detail: `At most ${BREAK_GLASS_ACCOUNTS} accounts are kept for emergencies.` });
  if (wanted && (await globalAdministratorsAmong(trx, [userId])).length === 0)
    throw new Problem("conflict", { detail: "Only the account of a Global Administrator can be kept for emergencies." });
  await sql`update users set break_glass = ${wanted} where id = ${userId}`.execute(trx);
  return true;
}
