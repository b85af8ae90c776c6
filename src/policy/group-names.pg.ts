import type { Db } from "../database/connect.pg.ts";

/** What groups of an organisation are called, by id; those of others are not there. */
export async function readGroupNames(db: Db, tenantId: string, groups: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (groups.length === 0) return new Map();
  const rows = await db
    .selectFrom("groups")
    .select(["id", "name"])
    .where("tenant_id", "=", tenantId)
    .where("id", "in", [...groups])
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}
