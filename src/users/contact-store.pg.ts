import type { Db } from "../database/connect.pg.ts";
import type { Sealer } from "../keys/sealer.ts";
import type { MethodType } from "../methods/method.ts";
import { methodPlace } from "../methods/method-store.pg.ts";
import type { ContactStore } from "./contacts.ts";

export function createContactStore({ db, sealer }: { db: Db; sealer: Sealer }): ContactStore {
  return {
    async contactsOf(userId, mail) {
      const rows = await db
        .selectFrom("authentication_methods")
        .select(["id", "revision", "type", "sealed_value"])
        .where("user_id", "=", userId)
        .where("type", "in", ["email", "mobilePhone", "officePhone"])
        // What somebody is about to register may be a stranger's until its code has come.
        .where((eb) => eb.or([eb("verified_at", "is not", null), eb("source", "=", "admin")]))
        .orderBy("created_at")
        .execute();
      const all = rows.map((row) => ({
        methodId: row.id,
        revision: row.revision,
        type: row.type as MethodType,
        value: sealer.unseal(methodPlace(userId, row.id), row.sealed_value),
      }));
      const ofType = (type: MethodType) => all.filter((contact) => contact.type === type).map((contact) => contact.value);
      return {
        all,
        emails: [...new Set([...ofType("email"), ...(mail === null ? [] : [mail])])],
        mobilePhones: [...new Set(ofType("mobilePhone"))],
      };
    },
  };
}
