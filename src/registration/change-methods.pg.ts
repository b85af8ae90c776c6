import { sql } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import { newId } from "../kit/random.ts";
import type { ContactMethod } from "../methods/contact-method.ts";
import type { MethodType } from "../methods/method.ts";
import { methodPlace, valueTag } from "../methods/method-store.pg.ts";
import { unfreezeRecovery } from "../users/recovery-freeze.pg.ts";
import { queueCode, twinOf, waits } from "./add-methods.pg.ts";
import { provedUndisputed, withUndisputedOwner } from "./frozen-recovery.pg.ts";
import { fallsBelowMinimum } from "./method-rules.ts";
import {
  findRow,
  isContactData,
  type Locked,
  type MethodRow,
  noteUpToDate,
  ownMethodOf,
  type RowDeps,
  recordAct,
  rowsOf,
  tellOwner,
  withOwner,
} from "./own-method-rows.pg.ts";
import type { NewChallenge, OwnerAct, OwnMethodStore, OwnMethods } from "./own-method-store.ts";

type Changing = Pick<OwnMethodStore, "list" | "putOnItsWay" | "rename" | "remove" | "confirm">;

export function createChangeMethods(deps: RowDeps): Changing {
  const { db, sealer } = deps;
  return {
    list: (userId, reveal) => list(deps, userId, reveal),
    putOnItsWay: (act, methodId, read, challenge, name) =>
      withUndisputedOwner(db, act, async (locked) => {
        const rows = await rowsOf(locked.trx, act.userId);
        const row = findRow(rows, methodId);
        if (row === null) return { outcome: "unknown" };
        if (!isContactData(row.type)) return { outcome: "not-contact-data" };
        const contact = read(locked.country);
        // The same value once more on its way replaces the code of the first.
        const twin = twinOf(rows, contact, deps);
        if (twin !== null && (twin.id !== row.id || twin.value_tag === valueTag(sealer, contact)))
          return { outcome: "duplicate", id: twin.id };
        if (name !== undefined) await rename(deps, locked, act, row, name);
        const changed = await putPending(deps, locked, act, row, contact, challenge);
        return { outcome: "changed", method: ownMethodOf(changed, sealer) };
      }),
    rename: (act, methodId, name) =>
      withUndisputedOwner(db, act, async (locked) => {
        const row = findRow(await rowsOf(locked.trx, act.userId), methodId);
        if (row === null) return { outcome: "unknown" };
        await rename(deps, locked, act, row, name);
        return { outcome: "changed", method: ownMethodOf({ ...row, name }, sealer) };
      }),
    remove: (act, methodId) =>
      withUndisputedOwner(db, act, async (locked) => {
        const row = findRow(await rowsOf(locked.trx, act.userId), methodId);
        if (row === null) return "unknown";
        if (fallsBelowMinimum(locked.account, row.id, act.circumstances)) return "held-back";
        await remove(deps, locked, act, row);
        return "removed";
      }),
    confirm: (act, fresh) => withOwner(db, act.userId, (locked) => confirm(deps, locked, act, fresh)),
  };
}

async function list({ db, sealer }: RowDeps, userId: string, reveal: boolean): Promise<OwnMethods> {
  const [rows, { rows: facts }] = await Promise.all([
    rowsOf(db, userId),
    sql<{ looked_after_at: Date; codes: number; left: number }>`
      select coalesce(u.security_info_confirmed_at, max(m.verified_at), u.created_at) as looked_after_at,
        count(c.hash)::int as codes, (count(c.hash) filter (where c.used_at is null))::int as left
      from users u left join authentication_methods m on m.user_id = u.id left join recovery_codes c on c.method_id = m.id
      where u.id = ${userId} group by u.id`.execute(db),
  ]);
  const [{ looked_after_at: at, codes, left } = { looked_after_at: new Date(0), codes: 0, left: 0 }] = facts;
  const methods = rows.map((row) => {
    const method = ownMethodOf(row, reveal ? sealer : null);
    // How many are left is all there is to say of a set.
    return row.type === "recoveryCodes" ? { ...method, hint: `${left}/${codes}` } : method;
  });
  return { methods, lookedAfterAt: at.getTime() };
}

async function rename(deps: RowDeps, locked: Locked, act: OwnerAct, row: MethodRow, name: string | null): Promise<void> {
  await locked.trx.updateTable("authentication_methods").set({ name }).where("id", "=", row.id).execute();
  await recordAct(deps, locked, act, "method.rename", { method: row.type, methodId: row.id });
}

async function putPending(deps: RowDeps, locked: Locked, act: OwnerAct, row: MethodRow, contact: ContactMethod, challenge: NewChallenge) {
  const { sealer } = deps;
  const { now } = act.circumstances;
  const changed = await locked.trx
    .updateTable("authentication_methods")
    .set({
      pending_value: sealer.seal(methodPlace(row.user_id, row.id), contact.value),
      pending_tag: valueTag(sealer, { ...contact, type: row.type }),
      pending_hint: contact.hint,
      challenge_id: challenge.id,
      challenge_expires_at: new Date(challenge.expiresAt),
      challenge_sent_at: new Date(now),
      challenge_tries: 0,
      waits: await waits(locked, act, row.id),
    })
    .where("id", "=", row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await queueCode(locked, act, row.id, challenge.id);
  return changed;
}

async function remove(deps: RowDeps, locked: Locked, act: OwnerAct, row: MethodRow): Promise<void> {
  const counted = row.verified_at !== null || row.source === "admin";
  await locked.trx.deleteFrom("authentication_methods").where("id", "=", row.id).execute();
  await recordAct(deps, locked, act, "method.remove", { method: row.type, methodId: row.id, verified: row.verified_at !== null });
  // What was never anybody's is nothing to tell about, and its address may be a stranger's.
  if (!counted) return;
  const former = isContactData(row.type) ? { former: deps.sealer.unseal(methodPlace(row.user_id, row.id), row.sealed_value) } : {};
  await tellOwner(deps, locked, act, "removed", { type: row.type as MethodType, methodId: row.id, ...former });
}

async function confirm({ random }: RowDeps, locked: Locked, act: OwnerAct, fresh: boolean): Promise<void> {
  const { trx, account } = locked;
  const { now } = act.circumstances;
  await trx
    .updateTable("users")
    .set({ security_info_confirmed_at: new Date(now) })
    .where("id", "=", account.id)
    .execute();
  if (fresh) await noteUpToDate(locked, act);
  const lifts = account.recoveryFrozen && (await provedUndisputed(locked, act));
  if (lifts) await unfreezeRecovery(trx, account.id, now);
  const event = {
    at: now,
    tenantId: account.tenant.id,
    outcome: "success",
    actor: { kind: "user", id: account.id },
    userId: account.id,
  } as const;
  await writeAuditEvents(trx, [
    { ...event, id: newId(random), type: "security-info.confirm" },
    ...(lifts ? [{ ...event, id: newId(random), type: "recovery.unfrozen", reason: "two-proofs" }] : []),
  ]);
}
