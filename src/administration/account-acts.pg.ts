import { sql, type Transaction } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import { Problem } from "../kit/problem.ts";
import { newId, type Random } from "../kit/random.ts";
import type { MethodType } from "../methods/method.ts";
import { endSessions } from "../users/leaving.pg.ts";
import { personToActOn } from "../users/person-to-act-on.pg.ts";
import { unfreezeRecovery } from "../users/recovery-freeze.pg.ts";
import { isUuid } from "../users/user-record.ts";
import type { Act } from "../users/user-writer.ts";
import type { AccountActs } from "./account-acts.ts";

type Trx = Transaction<Database>;

interface Deps {
  readonly db: Db;
  readonly random: Random;
}

export function createAccountActs(deps: Deps): AccountActs {
  const { db } = deps;
  const within = <T>(work: (trx: Trx) => Promise<T>) => db.transaction().execute(work);
  return {
    unlock: (address, act) =>
      within(async (trx) => {
        const person = await personToActOn(trx, act, address, "reset");
        await sql`update authentication_methods set consecutive_failures = 0 where user_id = ${person.id}`.execute(trx);
        await record(trx, deps, "user.unlock", act, person.id, {});
        return person;
      }),
    revokeSessions: (address, act) =>
      within(async (trx) => {
        const person = await personToActOn(trx, act, address, "reset");
        const credentialVersion = await endSessions(trx, person.id, act.now);
        await record(trx, deps, "sessions.revoke", act, person.id, {});
        return { ...person, credentialVersion };
      }),
    unfreeze: (address, act) =>
      within(async (trx) => {
        const { id } = await personToActOn(trx, act, address, "change");
        const { rows } = await sql`select 1 from users where id = ${id} and recovery_frozen_at is not null`.execute(trx);
        if (rows.length === 0) return;
        await unfreezeRecovery(trx, id, act.now);
        await record(trx, deps, "recovery.unfrozen", act, id, {}, "administrator");
      }),
    unblockMethod: (address, methodId, act) =>
      within(async (trx) => {
        const person = await personToActOn(trx, act, address, "change");
        if (!isUuid(methodId)) throw new Problem("not-found");
        const { rows } = await sql<{ type: MethodType }>`
          update authentication_methods set consecutive_failures = 0
          where user_id = ${person.id} and id = ${methodId} returning type`.execute(trx);
        const [method] = rows;
        if (method === undefined) throw new Problem("not-found");
        await record(trx, deps, "method.unblock", act, person.id, { method: method.type, methodId });
        return { ...person, type: method.type };
      }),
  };
}

async function record(
  trx: Trx,
  { random }: Deps,
  type: string,
  { tenantId, actor, now }: Act,
  userId: string,
  details: Readonly<Record<string, unknown>>,
  reason?: string,
): Promise<void> {
  const why = reason === undefined ? {} : { reason };
  await writeAuditEvents(trx, [{ id: newId(random), at: now, tenantId, type, outcome: "success", ...why, actor, userId, details }]);
}
