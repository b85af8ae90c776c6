import { sql, type Transaction } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import { Problem } from "../kit/problem.ts";
import { newId, type Random } from "../kit/random.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import { clearValuesOnTheirWay } from "../methods/values-on-their-way.pg.ts";
import { raiseCredentialVersion } from "../passwords/password-store.pg.ts";
import { globalAdministratorsAmong, keepGlobalAdministrator, lockAdministrators } from "./last-administrator.pg.ts";
import { type Leaving, type Left, RESTORABLE_MS } from "./leaving.ts";
import { personToActOn } from "./person-to-act-on.pg.ts";
import { GLOBAL_ADMINISTRATOR } from "./role-rules.ts";
import type { UserAddress } from "./user-record.ts";
import type { Act } from "./user-writer.ts";

type Trx = Transaction<Database>;

interface Deps {
  readonly db: Db;
  readonly random: Random;
}

export function createLeaving(deps: Deps): Leaving {
  const { db } = deps;
  return {
    remove: (address, act) => db.transaction().execute((trx) => remove(trx, deps, address, act)),
    offboard: (address, act) => db.transaction().execute((trx) => offboard(trx, deps, address, act)),
    restore: (address, act) => db.transaction().execute((trx) => restore(trx, deps, address, act)),
  };
}

async function remove(trx: Trx, deps: Deps, address: UserAddress, act: Act): Promise<Left> {
  await lockAdministrators(trx, act.tenantId);
  const person = await personToActOn(trx, act, address, "change");
  const left = await takeAway(trx, person, act);
  await record(trx, deps, "user.delete", act, person.id, {});
  return left;
}

async function offboard(trx: Trx, deps: Deps, address: UserAddress, act: Act): Promise<Left> {
  await lockAdministrators(trx, act.tenantId);
  const person = await personToActOn(trx, act, address, "change");
  const { id } = person;
  const [unmade] = await globalAdministratorsAmong(trx, [id]);
  // Before the roles go: afterwards nobody could tell that this was the last one.
  const left = await takeAway(trx, person, act);
  const roles = await sql<{ role: string }>`delete from user_roles where user_id = ${id} returning role`.execute(trx);
  const groups = await sql<{ id: string }>`delete from group_members where user_id = ${id} returning group_id as id`.execute(trx);
  const methods = await sql<{ type: string }>`delete from authentication_methods where user_id = ${id} returning type`.execute(trx);
  await sql`delete from familiar_sources where user_id = ${id}`.execute(trx);
  await sql`update passwords set suspended = true where user_id = ${id}`.execute(trx);
  await sql`update users set enabled = false where id = ${id}`.execute(trx);
  await record(trx, deps, "user.offboard", act, id, {
    roles: roles.rows.map(({ role }) => role),
    groups: groups.rows.map((group) => group.id),
    methods: methods.rows.map(({ type }) => type),
  });
  // By a group too: where the two-person rule looks.
  if (unmade !== undefined) await record(trx, deps, "role.revoke", act, id, { role: GLOBAL_ADMINISTRATOR });
  return left;
}

/** Whatever opens the account, or would change it, ends with it: also what is on its way. */
async function takeAway(trx: Trx, { id, upnKey }: { id: string; upnKey: string }, act: Act): Promise<Left> {
  const { now } = act;
  const at = new Date(now);
  const unmade = await globalAdministratorsAmong(trx, [id]);
  await sql`update users set deleted_at = ${at} where id = ${id}`.execute(trx);
  await keepGlobalAdministrator(trx, act, unmade);
  await sql`update one_time_links set expires_at = ${at} where user_id = ${id} and used_at is null and expires_at > ${at}`.execute(trx);
  await clearValuesOnTheirWay(trx, id);
  return { id, upnKey, credentialVersion: await endSessions(trx, id, now) };
}

/** For ever in PostgreSQL; a durable job repeats it for the session store. */
export async function endSessions(trx: Trx, userId: string, now: number): Promise<number> {
  const version = await raiseCredentialVersion(trx, userId, now);
  await createMessageQueue(trx).enqueue({ task: "raise-credential-version", userId, version });
  return version;
}

async function restore(trx: Trx, deps: Deps, address: UserAddress, act: Act): Promise<Left> {
  const { now } = act;
  const person = await personToActOn(trx, act, address, "change", "removed");
  const { id, upnKey } = person;
  const back = await sql`
    update users set deleted_at = null where id = ${id} and deleted_at > ${new Date(now - RESTORABLE_MS)}`.execute(trx);
  if (back.numAffectedRows === 0n) throw new Problem("not-found");
  // Phones and mailboxes find other owners in a month. What was registered, or filled in, counts for nothing until its owner has verified it,
  // and has a day for that, as anything that is registered.
  await sql`
    update authentication_methods set source = 'user', verified_at = null, created_at = ${new Date(now)}, usable_from = null, consecutive_failures = 0, waits = true
    where user_id = ${id}`.execute(trx);
  await sql`update passwords set must_change = true where user_id = ${id}`.execute(trx);
  const credentialVersion = await endSessions(trx, id, now);
  await record(trx, deps, "user.restore", act, id, {});
  return { id, upnKey, credentialVersion };
}

async function record(trx: Trx, { random }: Deps, type: string, act: Act, userId: string, details: object): Promise<void> {
  const { tenantId, actor, now } = act;
  await writeAuditEvents(trx, [{ id: newId(random), at: now, tenantId, type, outcome: "success", actor, userId, details: { ...details } }]);
}
