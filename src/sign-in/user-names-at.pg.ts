import type { Db } from "../database/connect.pg.ts";
import type { Sealer } from "../keys/sealer.ts";
import { methodPlace } from "../methods/method-store.pg.ts";
import type { NamedPerson, UserNamesAt } from "./user-names-at.ts";

const MOST = 5;

export function createUserNamesAt({ db, sealer }: { db: Db; sealer: Sealer }): UserNamesAt {
  return async (type, valueTags) => {
    const rows = await db
      .selectFrom("authentication_methods as m")
      .innerJoin("users as u", "u.id", "m.user_id")
      .innerJoin("tenants as t", "t.id", "u.tenant_id")
      .select(["m.id", "m.user_id", "m.sealed_value", "u.user_principal_name", "u.preferred_language", "u.tenant_id", "t.name"])
      .where("m.value_tag", "in", [...valueTags])
      .where("m.type", "=", type)
      .where("m.verified_at", "is not", null)
      .where("u.enabled", "=", true)
      .where("u.deleted_at", "is", null)
      .where("t.suspended_at", "is", null)
      .orderBy("u.upn_key")
      .limit(MOST)
      .execute();
    const byValue = new Map<string, NamedPerson[]>();
    for (const row of rows) {
      const value = sealer.unseal(methodPlace(row.user_id, row.id), row.sealed_value);
      const person: NamedPerson = {
        userId: row.user_id,
        tenantId: row.tenant_id,
        userPrincipalName: row.user_principal_name,
        organisation: row.name,
        preferredLanguage: row.preferred_language,
      };
      byValue.set(value, [...(byValue.get(value) ?? []), person]);
    }
    return [...byValue].map(([value, people]) => ({ value, people }));
  };
}
