import { sql } from "kysely";
import type { MethodType } from "../methods/method.ts";
import { methodPlace } from "../methods/method-store.pg.ts";
import { NOTHING_ON_ITS_WAY } from "../methods/values-on-their-way.pg.ts";
import { queueCode, WAIT_MS, waits, wasResetLately } from "./add-methods.pg.ts";
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
import type { OwnerAct, OwnMethodStore, SentState } from "./own-method-store.ts";

type Verifying = Pick<OwnMethodStore, "sentAt" | "resend" | "countTry" | "verify">;

export function createVerifyMethods(deps: RowDeps): Verifying {
  const { db, sealer } = deps;
  return {
    async sentAt(userId, methodId) {
      const row = findRow(await rowsOf(db, userId), methodId);
      return row === null ? { outcome: "unknown" } : sentState(row);
    },
    resend: (act, methodId, challenge, before) =>
      withOwner(db, act.userId, async (locked) => {
        const row = findRow(await rowsOf(locked.trx, act.userId), methodId);
        const state: SentState = row === null ? { outcome: "unknown" } : sentState(row);
        if (row === null || state.outcome !== "verifiable" || state.sentAt !== before) return false;
        // What an administrator filled in is judged here for the first time.
        const waiting = before === null ? await waits(locked, act, methodId) : row.waits;
        await locked.trx
          .updateTable("authentication_methods")
          .set({
            challenge_id: challenge.id,
            challenge_expires_at: new Date(challenge.expiresAt),
            challenge_sent_at: new Date(act.circumstances.now),
            challenge_tries: 0,
            waits: waiting,
          })
          .where("id", "=", row.id)
          .execute();
        await queueCode(locked, act, row.id, challenge.id);
        return true;
      }),
    async countTry(userId, methodId, now, tries) {
      const row = findRow(await rowsOf(db, userId), methodId);
      if (row === null) return "unknown";
      // Counted before anything is compared: of many at once, no more than the tries are compared at all (attacks A70).
      const { rows } = await sql<{ challenge_id: string; challenge_expires_at: Date }>`
        update authentication_methods set challenge_tries = challenge_tries + 1
        where id = ${row.id} and challenge_id is not null and challenge_expires_at > ${new Date(now)} and challenge_tries < ${tries}
        returning challenge_id, challenge_expires_at`.execute(db);
      const [counted] = rows;
      if (counted === undefined) return null;
      const type = row.type as MethodType;
      const secret = type === "authenticatorApp" ? { secret: sealer.unseal(methodPlace(userId, row.id), row.sealed_value) } : {};
      return { type, challengeId: counted.challenge_id, expiresAt: counted.challenge_expires_at.getTime(), ...secret };
    },
    verify: (act, methodId, challengeId, step) =>
      withOwner(db, act.userId, async (locked) => {
        const rows = await rowsOf(locked.trx, act.userId);
        const row = findRow(rows, methodId);
        if (row === null) return { outcome: "unknown" };
        // Another one was faster, or another code is on its way since.
        if (row.challenge_id !== challengeId) return { outcome: "over" };
        const twin =
          row.pending_tag && rows.find(({ id, type, value_tag }) => id !== row.id && type === row.type && value_tag === row.pending_tag);
        if (twin) return { outcome: "duplicate", id: twin.id };
        const changed = await accept(deps, locked, act, row, step);
        return { outcome: "changed", method: ownMethodOf(changed, sealer), revision: changed.revision };
      }),
  };
}

function sentState(row: MethodRow): SentState {
  const waitsForCode = row.pending_value !== null || row.verified_at === null;
  if (!waitsForCode || !isContactData(row.type)) return { outcome: "nothing-to-verify" };
  return { outcome: "verifiable", type: row.type as MethodType, sentAt: row.challenge_sent_at?.getTime() ?? null };
}

/** The value is the person's own from now on; a new one takes the place of the old one, and codes sent to that are void. */
async function accept(deps: RowDeps, locked: Locked, act: OwnerAct, row: MethodRow, step: number | undefined): Promise<MethodRow> {
  const { now } = act.circumstances;
  const replaced = row.pending_value !== null && (row.verified_at !== null || row.source === "admin");
  const former = replaced ? deps.sealer.unseal(methodPlace(row.user_id, row.id), row.sealed_value) : undefined;
  // What counted already, because an administrator filled it in, is the same value and waits for nothing.
  const countedBefore = row.pending_value === null && row.source === "admin" && locked.account.tenant.policy.prefilledMethodsCount;
  // What was put on its way before a reset or a "this was not me" is judged by what is known since (security.md J08).
  const waiting = row.waits || locked.account.recoveryFrozen || (await wasResetLately(locked.trx, row.user_id, now));
  const changed = await locked.trx
    .updateTable("authentication_methods")
    .set({
      sealed_value: row.pending_value ?? row.sealed_value,
      value_tag: row.pending_tag ?? row.value_tag,
      hint: row.pending_hint ?? row.hint,
      revision: row.pending_value === null ? row.revision : row.revision + 1,
      source: row.pending_value === null ? row.source : "user",
      verified_at: new Date(now),
      usable_from: waiting && !countedBefore ? new Date(now + WAIT_MS) : null,
      consecutive_failures: 0,
      ...(step === undefined ? {} : { last_step: String(step) }),
      ...NOTHING_ON_ITS_WAY,
    })
    .where("id", "=", row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const told = { type: row.type as MethodType, methodId: row.id, ...(former === undefined ? {} : { former }) };
  await recordAct(deps, locked, act, replaced ? "method.change" : "method.verify", {
    method: row.type,
    methodId: row.id,
    provedBy: ["code"],
  });
  await tellOwner(deps, locked, act, replaced ? "changed" : "added", told);
  await noteUpToDate(locked, act);
  return changed;
}
