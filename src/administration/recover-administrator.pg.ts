import { type Kysely, sql, type Transaction } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Database } from "../database/schema.ts";
import type { Sealer } from "../keys/sealer.ts";
import { HOUR } from "../kit/clock.ts";
import { newId, type Random } from "../kit/random.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import { globalAdministratorsAmong, lockAdministrators } from "../users/last-administrator.pg.ts";
import { unfreezeRecovery } from "../users/recovery-freeze.pg.ts";
import type { UserPrincipalName } from "../users/user-principal-name.ts";
import { insertUser } from "../users/user-store.pg.ts";
import { writeAdministratorReset } from "./write-administrator-reset.pg.ts";

/** Whoever stands at the database hands it over now. */
const TEMPORARY_MS = HOUR;
const ROLE = "globalAdministrator";

export type RecoveredAdministrator =
  | {
      readonly outcome: "recovered";
      readonly tenantId: string;
      readonly adminId: string;
      readonly userPrincipalName: string;
      /** There was nobody of this name. */
      readonly made: boolean;
      /** Milliseconds. */
      readonly expiresAt: number;
      /** The organisation is suspended: nobody signs in before it is resumed. */
      readonly suspended: boolean;
    }
  | { readonly outcome: "unknown-domain" | "foreign-name" | "taken" | "in-directory" }
  /** Which one is for the operator to say. Empty: there is none, and a name is needed to make one. */
  | { readonly outcome: "which"; readonly candidates: readonly string[] };

interface Wish {
  /** Of the organisation, as it is stored. */
  readonly domain: string;
  readonly admin: UserPrincipalName | null;
  readonly phc: string;
}

type Trx = Transaction<Database>;
/** A new administrator comes without contact data: nothing is sealed, and the command needs no MASTER_KEY. */
const NOTHING_TO_SEAL: Sealer = { seal: unreachable, unseal: unreachable, tag: unreachable };

/**
 * The way back when all are locked out, for whoever has the database: a Global Administrator who can sign in, with a temporary password
 * for an hour. Methods stay, so a second step is still asked for; who has too few is let into registration alone. On the record and told to
 * every administrator, in the same transaction.
 */
export function recoverAdministrator(
  db: Kysely<Database>,
  { domain, admin, phc }: Wish,
  { random, now }: { readonly random: Random; readonly now: number },
): Promise<RecoveredAdministrator> {
  return db.transaction().execute(async (trx): Promise<RecoveredAdministrator> => {
    const tenant = await trx
      .selectFrom("tenant_domains as d")
      .innerJoin("tenants as t", "t.id", "d.tenant_id")
      .select(["t.id", "t.suspended_at"])
      .where("d.domain", "=", domain)
      .executeTakeFirst();
    if (tenant === undefined) return { outcome: "unknown-domain" };
    // First of all locks, as everybody who makes or unmakes administrators does.
    await lockAdministrators(trx, tenant.id);
    const found = await findOrMake(trx, tenant.id, admin, now);
    if (found.outcome !== "found") return found;
    const { id, userPrincipalName, made } = found;
    const granted = !made && (await globalAdministratorsAmong(trx, [id])).length === 0;
    await lift(trx, id, now);
    const expiresAt = now + TEMPORARY_MS;
    const actor = { kind: "operator" } as const;
    const password = { phc, temporary: true, expiresAt };
    const reset = { tenantId: tenant.id, userId: id, actor, now, password, link: null, tellAdministrators: false };
    await writeAdministratorReset(trx, { random }, reset);
    await writeAuditEvents(trx, [
      {
        id: newId(random),
        at: now,
        tenantId: tenant.id,
        type: "tenant.recover-admin",
        outcome: "success",
        actor,
        userId: id,
        details: { made, ...(granted ? { granted } : {}), role: ROLE, expiresAt: new Date(expiresAt).toISOString() },
      },
    ]);
    const queue = createMessageQueue(trx);
    await queue.enqueue({ task: "lift-lockout", userId: id });
    const about = { tenantId: tenant.id, userId: id, actor, at: now, details: {} };
    await queue.enqueue({ task: "send-administrators-notice", notice: "recovered", ...about });
    return {
      outcome: "recovered",
      tenantId: tenant.id,
      adminId: id,
      userPrincipalName,
      made,
      expiresAt,
      suspended: tenant.suspended_at !== null,
    };
  });
}

type Found =
  | { readonly outcome: "found"; readonly id: string; readonly userPrincipalName: string; readonly made: boolean }
  | Exclude<RecoveredAdministrator, { outcome: "recovered" }>;

async function findOrMake(trx: Trx, tenantId: string, admin: UserPrincipalName | null, now: number): Promise<Found> {
  if (admin === null) {
    // Deleted and disabled ones too: they are what has to be brought back.
    const { rows } = await sql<{ id: string; name: string; directory_id: string | null }>`
      select u.id, u.user_principal_name as name, u.directory_id from users u
      where u.tenant_id = ${tenantId} and exists (select 1 from held_roles r where r.user_id = u.id and r.role = ${ROLE})
      order by u.id for update of u`.execute(trx);
    const [only, ...others] = rows;
    if (only === undefined || others.length > 0) return { outcome: "which", candidates: rows.map(({ name }) => name).sort() };
    if (only.directory_id !== null) return { outcome: "in-directory" };
    return { outcome: "found", id: only.id, userPrincipalName: only.name, made: false };
  }
  const present = await trx
    .selectFrom("users")
    .select(["id", "tenant_id", "user_principal_name", "directory_id"])
    .where("upn_key", "=", admin.key)
    .forUpdate()
    .executeTakeFirst();
  if (present !== undefined) {
    if (present.tenant_id !== tenantId) return { outcome: "taken" };
    if (present.directory_id !== null) return { outcome: "in-directory" };
    return { outcome: "found", id: present.id, userPrincipalName: present.user_principal_name, made: false };
  }
  const domains = trx.selectFrom("tenant_domains").select("domain").where("tenant_id", "=", tenantId).where("domain", "=", admin.domain);
  if ((await domains.executeTakeFirst()) === undefined) return { outcome: "foreign-name" };
  const id = await insertUser(trx, { tenantId, name: admin, roles: [ROLE] }, { sealer: NOTHING_TO_SEAL, now });
  return id === null ? { outcome: "taken" } : { outcome: "found", id, userPrincipalName: admin.userPrincipalName, made: true };
}

/** Everything that keeps the person out is lifted; nothing that they have is taken. */
async function lift(trx: Trx, userId: string, now: number): Promise<void> {
  await trx
    .updateTable("users")
    .set({ enabled: true, deleted_at: null, updated_at: new Date(now) })
    .where("id", "=", userId)
    .execute();
  await unfreezeRecovery(trx, userId, now);
  await trx.updateTable("authentication_methods").set({ consecutive_failures: 0 }).where("user_id", "=", userId).execute();
  await sql`
    insert into user_roles (user_id, role, granted_at) values (${userId}, ${ROLE}, ${new Date(now)}) on conflict do nothing`.execute(trx);
}

function unreachable(): never {
  throw new Error("a new administrator has nothing to seal");
}
