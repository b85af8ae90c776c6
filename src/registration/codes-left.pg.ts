import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";

/** How many recovery codes a person has left. */
export function createCodesLeft(db: Db): (userId: string) => Promise<number> {
  return async (userId) => {
    const { rows } = await sql<{ left: number }>`
      select count(*)::int as left from recovery_codes c join authentication_methods m on m.id = c.method_id
      where m.user_id = ${userId} and c.used_at is null`.execute(db);
    return rows[0]?.left ?? 0;
  };
}
