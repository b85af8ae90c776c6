import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Sealer } from "../keys/sealer.ts";
import { newId, type Random } from "../kit/random.ts";
import { CONTACT_TYPES } from "../methods/contact-method.ts";
import { replaceFilledInMethods } from "../methods/method-store.pg.ts";
import { lockPerson } from "../users/locked-person.pg.ts";
import type { PrefillStore } from "./prefill-methods.ts";

interface Deps {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly random: Random;
}

export function createPrefillStore({ db, sealer, random }: Deps): PrefillStore {
  return {
    replace: (address, read, act) =>
      db.transaction().execute(async (trx) => {
        const { tenantId, actor, now } = act;
        const person = await lockPerson(trx, act, address, "change");
        if (person.outcome !== "locked") return person;
        const { id, usage_location: country } = person.row;
        const { methods, faults } = read(country);
        if (faults.length > 0) return { outcome: "faulty", faults };
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
