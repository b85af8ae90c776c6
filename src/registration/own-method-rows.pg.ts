import { type Selectable, sql, type Transaction } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import type { Sealer } from "../keys/sealer.ts";
import { Problem } from "../kit/problem.ts";
import { newId, type Random } from "../kit/random.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import type { Job } from "../messages/message-queue.ts";
import { writeChangeLink } from "../methods/change-link.pg.ts";
import { CONTACT_TYPES } from "../methods/contact-method.ts";
import type { MethodType } from "../methods/method.ts";
import { methodPlace } from "../methods/method-store.pg.ts";
import type { Account } from "../users/account.ts";
import { createAccountStore } from "../users/account-store.pg.ts";
import { formerPlace } from "./former-place.ts";
import { registrationOf } from "./method-rules.ts";
import type { OwnerAct, OwnMethod } from "./own-method-store.ts";

export interface RowDeps {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly random: Random;
}

export type MethodRow = Selectable<Database["authentication_methods"]>;
export type Trx = Transaction<Database>;

/** The person, locked, as account and policy are now. */
export interface Locked {
  readonly trx: Trx;
  readonly account: Account;
  /** ISO 3166, for numbers in national writing. */
  readonly country: string | null;
}

/**
 * One transaction on the locked row of the person: a reset, a role and every other change of security info take the same one.
 * @throws {Problem} `unauthenticated` for somebody who is gone
 */
export async function withOwner<T>(db: Db, userId: string, work: (locked: Locked) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ usage_location: string | null }>`
      select usage_location from users where id = ${userId} and deleted_at is null and enabled for update`.execute(trx);
    const [row] = rows;
    const account = row === undefined ? null : await createAccountStore(trx).findById(userId, "");
    if (row === undefined || account === null) throw new Problem("unauthenticated");
    return work({ trx, account, country: row.usage_location });
  });
}

/** Newest last. */
export function rowsOf(db: Db | Trx, userId: string): Promise<MethodRow[]> {
  return db.selectFrom("authentication_methods").selectAll().where("user_id", "=", userId).orderBy("created_at").orderBy("id").execute();
}

/** The id may be anything that came from outside. */
export function findRow(rows: readonly MethodRow[], methodId: string): MethodRow | null {
  return rows.find(({ id }) => id === methodId) ?? null;
}

export function isContactData(type: string): boolean {
  return (CONTACT_TYPES as readonly string[]).includes(type);
}

export function ownMethodOf(row: MethodRow, sealer: Sealer | null): OwnMethod {
  return {
    id: row.id,
    type: row.type as MethodType,
    hint: row.hint,
    ...(sealer !== null && isContactData(row.type) ? { value: sealer.unseal(methodPlace(row.user_id, row.id), row.sealed_value) } : {}),
    name: row.name,
    verified: row.verified_at !== null,
    source: row.source,
    addedAt: row.created_at.getTime(),
    lastUsedAt: row.last_used_at?.getTime() ?? null,
    usableFrom: row.usable_from?.getTime() ?? null,
    pendingHint: row.pending_hint,
  };
}

/**
 * The person has just looked after the contact data. Where an administrator asked for it anew, that is done as soon as there is as much
 * of it as a reset asks for.
 */
export async function noteUpToDate({ trx, account }: Locked, { circumstances }: OwnerAct): Promise<void> {
  const present = await createAccountStore(trx).findById(account.id, "");
  const registered = present !== null && registrationOf(present, circumstances).registered;
  await trx
    .updateTable("users")
    .set({ security_info_confirmed_at: new Date(circumstances.now), ...(registered ? { must_register: false } : {}) })
    .where("id", "=", account.id)
    .execute();
}

type Change = Extract<Job, { task: "send-method-notice" }>["change"];
interface Told {
  readonly type: MethodType;
  readonly methodId: string;
  /** The value that is no longer there, in clear. */
  readonly former?: string;
}

/** Tells the person, with a link for "this was not me". @see send-method-notice.worker.ts */
export async function tellOwner(deps: RowDeps, { trx, account }: Locked, act: OwnerAct, change: Change, { former, ...told }: Told) {
  const linkId = newId(deps.random);
  const { now } = act.circumstances;
  await writeChangeLink(trx, { linkId, tenantId: account.tenant.id, userId: account.id, now });
  await createMessageQueue(trx).enqueue({
    task: "send-method-notice",
    change,
    ...told,
    userId: account.id,
    at: now,
    linkId,
    originId: act.originId,
    origin: act.origin,
    ...(former === undefined ? {} : { former: deps.sealer.seal(formerPlace(linkId), former).toString("base64") }),
  });
}

/** Which method, and by which proofs; never a value (security.md S01, J07). */
export async function recordAct(
  { random }: RowDeps,
  { trx, account }: Locked,
  act: OwnerAct,
  type: string,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  const provedBy = account.methods.filter(({ id }) => act.byMethods.includes(id)).map((method) => method.type);
  await writeAuditEvents(trx, [
    {
      id: newId(random),
      at: act.circumstances.now,
      tenantId: account.tenant.id,
      type,
      outcome: "success",
      actor: { kind: "user", id: account.id },
      userId: account.id,
      details: { provedBy: provedBy.length === 0 ? ["password"] : [...new Set(provedBy)], ...details },
    },
  ]);
}
