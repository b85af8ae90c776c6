import { sql, type Transaction } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import type { Sealer } from "../keys/sealer.ts";
import { newId, type Random } from "../kit/random.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import { setBreakGlass } from "./break-glass.pg.ts";
import { globalAdministratorsAmong, keepGlobalAdministrator, lockAdministrators } from "./last-administrator.pg.ts";
import { lockPerson } from "./locked-person.pg.ts";
import type { ProfileField } from "./user-profile.ts";
import type { UserAddress } from "./user-record.ts";
import { insertUser } from "./user-store.pg.ts";
import type { Act, Changed, Created, PersonToCreate, UserChanges, UserWriter } from "./user-writer.ts";

type Trx = Transaction<Database>;

interface Deps {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly random: Random;
}

/** Thrown to roll back; never leaves this file. */
class WrongGroup extends Error {
  readonly outcome: "unknown-group" | "guarded-group";

  constructor(outcome: "unknown-group" | "guarded-group") {
    super(outcome);
    this.outcome = outcome;
  }
}

export function createUserWriter(deps: Deps): UserWriter {
  const { db } = deps;
  return {
    async create(person, act) {
      try {
        return await db.transaction().execute((trx) => create(trx, deps, person, act));
      } catch (error) {
        if (error instanceof WrongGroup) return { outcome: error.outcome };
        throw error;
      }
    },
    change: (address, changes, act) => db.transaction().execute((trx) => change(trx, deps, address, changes, act)),
  };
}

async function create(trx: Trx, { sealer, random }: Deps, person: PersonToCreate, act: Act): Promise<Created> {
  const { tenantId, actor, now } = act;
  const { name, profile, enabled, licensed, methods, groups, phc } = person;
  const password = phc === null ? {} : { password: { phc, temporary: false, expiresAt: null } };
  const id = await insertUser(trx, { tenantId, name, ...profile, enabled, licensed, methods, ...password }, { sealer, now });
  if (id === null) return { outcome: "taken" };
  if (groups.length > 0) {
    const joined = await sql<{ guarded: boolean }>`
      insert into group_members (group_id, user_id)
      select g.id, ${id}::uuid from groups g where g.tenant_id = ${tenantId} and g.id = any(${groups}::uuid[])
      returning (select role_assignable from groups where id = group_id) as guarded`.execute(trx);
    if (joined.rows.length !== groups.length) throw new WrongGroup("unknown-group");
    if (joined.rows.some(({ guarded }) => guarded)) throw new WrongGroup("guarded-group");
  }
  const details = { enabled, licensed, groups, methods: methods.map(({ type }) => type), password: phc !== null };
  await writeAuditEvents(trx, [
    { id: newId(random), at: now, tenantId, type: "user.create", outcome: "success", actor, userId: id, details },
  ]);
  return { outcome: "created", id };
}

const COLUMNS = {
  enabled: "enabled",
  licensed: "licensed",
  displayName: "display_name",
  givenName: "given_name",
  surname: "surname",
  mail: "mail",
  preferredLanguage: "preferred_language",
  usageLocation: "usage_location",
} as const satisfies Record<ProfileField | "enabled" | "licensed", string>;
type ChangeableField = keyof typeof COLUMNS;

async function change(trx: Trx, deps: Deps, address: UserAddress, changes: UserChanges, act: Act): Promise<Changed> {
  const { tenantId, actor, now } = act;
  const { profile, neverExpires, breakGlass, ...flags } = changes;
  // Before the person's row, as whoever grants roles does.
  if (flags.enabled === false || breakGlass !== undefined) await lockAdministrators(trx, tenantId);
  const person = await lockPerson(trx, act, address, "change");
  if (person.outcome !== "locked") return person;
  const { row } = person;
  const wanted = new Map(
    (Object.entries({ ...profile, ...flags }) as [ChangeableField, string | boolean | null][]).filter(
      ([field, value]) => row[COLUMNS[field]] !== value,
    ),
  );
  const { id } = row;
  const exempt = neverExpires === undefined ? "unchanged" : await setNeverExpires(trx, id, neverExpires);
  if (exempt === "no-password") return { outcome: "no-password" };
  const kept = breakGlass !== undefined && (await setBreakGlass(trx, tenantId, id, breakGlass));
  if (wanted.size === 0 && exempt === "unchanged" && !kept) return { outcome: "unchanged", id };
  const disabled = wanted.get("enabled") === false;
  const unmade = disabled ? await globalAdministratorsAmong(trx, [id]) : [];
  const assignments = [...wanted].map(([field, value]) => sql`${sql.ref(COLUMNS[field])} = ${value}`);
  assignments.push(sql`updated_at = ${new Date(now)}`);
  if (disabled) assignments.push(sql`credential_version = credential_version + 1`);
  const updated = await sql<{ credential_version: number }>`
    update users set ${sql.join(assignments)} where id = ${id} returning credential_version`.execute(trx);
  await keepGlobalAdministrator(trx, act, unmade);
  const credentialVersion = disabled ? (updated.rows[0]?.credential_version ?? null) : null;
  if (credentialVersion !== null)
    await createMessageQueue(trx).enqueue({ task: "raise-credential-version", userId: id, version: credentialVersion });
  // What was changed, and flags with their values; a name or an address is personal and stays out of the log.
  const changed = [...wanted.keys(), ...(exempt === "changed" ? ["neverExpires"] : []), ...(kept ? ["breakGlass"] : [])].sort();
  const details = { changed, ...flags, ...(neverExpires === undefined ? {} : { neverExpires }), ...(kept ? { breakGlass } : {}) };
  await writeAuditEvents(trx, [
    { id: newId(deps.random), at: now, tenantId, type: "user.update", outcome: "success", actor, userId: id, details },
  ]);
  return { outcome: "changed", id, credentialVersion };
}

/** Under the lock of the person's row, which setting a password takes too. */
async function setNeverExpires(trx: Trx, userId: string, wanted: boolean): Promise<"changed" | "unchanged" | "no-password"> {
  const present = await trx.selectFrom("passwords").select("never_expires").where("user_id", "=", userId).executeTakeFirst();
  if (present === undefined) return "no-password";
  if (present.never_expires === wanted) return "unchanged";
  await trx.updateTable("passwords").set({ never_expires: wanted }).where("user_id", "=", userId).execute();
  return "changed";
}
