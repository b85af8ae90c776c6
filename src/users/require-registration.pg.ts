import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import { newId, type Random } from "../kit/random.ts";
import { lockPerson } from "./locked-person.pg.ts";
import type { RequireRegistration } from "./require-registration.ts";

export function createRequireRegistration({ db, random }: { db: Db; random: Random }): RequireRegistration {
  return (address, act) =>
    db.transaction().execute(async (trx) => {
      const { tenantId, actor, now } = act;
      const person = await lockPerson(trx, act, address, "change");
      if (person.outcome !== "locked") return person;
      const { id } = person.row;
      await trx
        .updateTable("users")
        .set({ must_register: true, updated_at: new Date(now) })
        .where("id", "=", id)
        .execute();
      await writeAuditEvents(trx, [
        { id: newId(random), at: now, tenantId, type: "registration.require", outcome: "success", actor, userId: id, details: {} },
      ]);
      return { outcome: "required" };
    });
}
