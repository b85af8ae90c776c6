import { sql, type Transaction } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import type { Sealer } from "../keys/sealer.ts";
import { newId, type Random } from "../kit/random.ts";
import { CONTACT_TYPES } from "../methods/contact-method.ts";
import { replaceFilledInMethods } from "../methods/method-store.pg.ts";
import { isProtected } from "../users/protected-person.ts";
import type { UserAddress } from "../users/user-record.ts";
import type { PrefillStore } from "./prefill-methods.ts";

type Trx = Transaction<Database>;

interface Deps {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly random: Random;
}

export function createPrefillStore({ db, sealer, random }: Deps): PrefillStore {
  return {
    replace: (address, read, { tenantId, actor, now }) =>
      db.transaction().execute(async (trx) => {
        const person = await lockedPerson(trx, tenantId, address);
        if (person === null) return { outcome: "unknown" };
        if (isProtected(person.roles)) return { outcome: "administrator" };
        const { methods, faults } = read(person.country);
        if (faults.length > 0) return { outcome: "faulty", faults };
        const { id } = person;
        if (await replaceFilledInMethods(id, methods, CONTACT_TYPES, { db: trx, sealer, now })) {
          const details = { methods: methods.map(({ type }) => type) };
          await writeAuditEvents(trx, [
            { id: newId(random), at: now, tenantId, type: "methods.replace", outcome: "success", actor, userId: id, details },
          ]);
        }
        return { outcome: "replaced", id };
      }),
  };
}

/** Locked first, then read: the end of a reset and the granting of a role take the same row. */
async function lockedPerson(trx: Trx, tenantId: string, address: UserAddress) {
  const wanted = "id" in address ? sql`id = ${address.id}` : sql`upn_key = ${address.key}`;
  const { rows } = await sql<{ id: string; usage_location: string | null }>`
    select id, usage_location from users
    where tenant_id = ${tenantId} and deleted_at is null and ${wanted} for update`.execute(trx);
  const [row] = rows;
  if (row === undefined) return null;
  const roles = await trx.selectFrom("user_roles").select("role").where("user_id", "=", row.id).execute();
  return { id: row.id, country: row.usage_location, roles: roles.map(({ role }) => role) };
}
