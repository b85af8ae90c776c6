import type { Db } from "../database/connect.pg.ts";
import type { Random } from "../kit/random.ts";
import { lockPerson } from "../users/locked-person.pg.ts";
import { wasGlobalAdministratorLately } from "./lately-administrator.pg.ts";
import type { CommitAdministratorReset } from "./reset-for-somebody.ts";
import { writeAdministratorReset } from "./write-administrator-reset.pg.ts";

export function createCommitAdministratorReset({ db, random }: { db: Db; random: Random }): CommitAdministratorReset {
  return (act, userId, reset, asked) =>
    db.transaction().execute(async (trx) => {
      const person = await lockPerson(trx, act, { id: userId }, "reset");
      if (person.outcome !== "locked") return person;
      const { tenantId, actor, now } = act;
      const weighty = person.roles.includes("globalAdministrator") || (await wasGlobalAdministratorLately(trx, tenantId, userId, now));
      if (!asked && weighty) return { outcome: "second-person-needed" };
      const written = await writeAdministratorReset(trx, { random }, { ...reset, tenantId, userId, actor, now });
      return { outcome: "committed", written };
    });
}
