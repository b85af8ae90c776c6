import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { DAY } from "../kit/clock.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import type { ContactMethod } from "../methods/contact-method.ts";
import type { MethodType } from "../methods/method.ts";
import { methodPlace, valueTag } from "../methods/method-store.pg.ts";
import { withUndisputedOwner } from "./frozen-recovery.pg.ts";
import { MOST_OF_TYPE, mustWait } from "./method-rules.ts";
import {
  isContactData,
  type Locked,
  type MethodRow,
  noteUpToDate,
  type RowDeps,
  recordAct,
  rowsOf,
  type Trx,
  tellOwner,
} from "./own-method-rows.pg.ts";
import type { NewChallenge, OwnerAct, OwnMethodStore } from "./own-method-store.ts";

/** So long a new or changed method waits, and so long everything after a reset stems from that reset's proofs (security.md J08). */
export const WAIT_MS = DAY;

type Adding = Pick<OwnMethodStore, "addContact" | "addAuthenticator" | "replaceCodes" | "replaceAnswers">;

export function createAddMethods(deps: RowDeps): Adding {
  const { db, sealer } = deps;
  return {
    addContact: (act, read, challenge) =>
      withUndisputedOwner(db, act, async (locked) => {
        const contact = read(locked.country);
        const rows = await rowsOf(locked.trx, act.userId);
        const twin = twinOf(rows, contact, deps);
        if (twin !== null) return { outcome: "duplicate", id: twin.id };
        if (isFull(rows, contact.type)) return { outcome: "too-many" };
        const id = await insert(
          deps,
          locked,
          act,
          { ...contact, tag: valueTag(sealer, contact), waiting: await waits(locked, act, null) },
          challenge,
        );
        await queueCode(locked, act, id, challenge.id);
        return { outcome: "added", id };
      }),
    addAuthenticator: (act, secret, challenge) =>
      withUndisputedOwner(db, act, async (locked) => {
        const type = "authenticatorApp";
        if (isFull(await rowsOf(locked.trx, act.userId), type)) return { outcome: "too-many" };
        const tag = sealer.tag(`method ${type}`, secret);
        const waiting = await waits(locked, act, null);
        return { outcome: "added", id: await insert(deps, locked, act, { type, value: secret, hint: "", tag, waiting }, challenge) };
      }),
    replaceCodes: (act, hashes) =>
      replaceSet(deps, act, "recoveryCodes", async ({ trx }, id) => {
        await trx
          .insertInto("recovery_codes")
          .values(hashes.map((hash) => ({ method_id: id, hash, used_at: null })))
          .execute();
      }),
    replaceAnswers: (act, answers) =>
      replaceSet(deps, act, "securityQuestions", async ({ trx }, id) => {
        await trx
          .insertInto("security_answers")
          .values(answers.map(({ questionId, phc }) => ({ method_id: id, question_id: questionId, phc })))
          .execute();
      }),
  };
}

/** The method of the person that has this value already, or will have it. The two kinds of phone are one: a number rings once. */
export function twinOf(rows: readonly MethodRow[], { type, value }: ContactMethod, { sealer }: Pick<RowDeps, "sealer">): MethodRow | null {
  const types = type === "email" ? ["email"] : ["mobilePhone", "officePhone"];
  const tags = types.map((each) => valueTag(sealer, { type: each, value }));
  return rows.find((row) => isContactData(row.type) && (tags.includes(row.value_tag) || tags.includes(row.pending_tag ?? ""))) ?? null;
}

function isFull(rows: readonly MethodRow[], type: MethodType): boolean {
  return rows.filter((row) => row.type === type).length >= MOST_OF_TYPE[type];
}

/** The code is sent once this is committed, by the worker. */
export async function queueCode({ trx }: Locked, act: OwnerAct, methodId: string, challengeId: string): Promise<void> {
  const { userId, originId, origin } = act;
  await createMessageQueue(trx).enqueue({ task: "send-registration-code", userId, methodId, challengeId, originId, origin });
}

/** Whether what is added or changed now has to wait. */
export async function waits({ trx, account }: Locked, act: OwnerAct, methodId: string | null): Promise<boolean> {
  const resetLately = await wasResetLately(trx, account.id, act.circumstances.now);
  return mustWait(account, { byMethods: act.byMethods, methodId, resetLately }, act.circumstances);
}

/** A reset was completed within the waiting time. */
export async function wasResetLately(trx: Trx, userId: string, now: number): Promise<boolean> {
  const since = new Date(now - WAIT_MS);
  const { rows } = await sql`select 1 from completed_resets where user_id = ${userId} and completed_at > ${since} limit 1`.execute(trx);
  return rows.length > 0;
}

interface NewValue {
  readonly type: MethodType;
  readonly value: string;
  readonly hint: string;
  readonly tag: string;
  readonly waiting: boolean;
}

/** @param challenge `null` where the method is verified by being made */
async function insert(
  deps: RowDeps,
  locked: Locked,
  act: OwnerAct,
  { type, value, hint, tag, waiting }: NewValue,
  challenge: NewChallenge | null,
) {
  const id = randomUUID();
  const { now } = act.circumstances;
  await locked.trx
    .insertInto("authentication_methods")
    .values({
      id,
      user_id: act.userId,
      type,
      sealed_value: deps.sealer.seal(methodPlace(act.userId, id), value),
      value_tag: tag,
      hint,
      name: null,
      source: "user",
      verified_at: challenge === null ? new Date(now) : null,
      usable_from: challenge === null && waiting ? new Date(now + WAIT_MS) : null,
      last_step: null,
      created_at: new Date(now),
      last_used_at: null,
      waits: waiting,
      challenge_id: challenge?.id ?? null,
      challenge_expires_at: challenge === null ? null : new Date(challenge.expiresAt),
      challenge_sent_at: challenge === null ? null : new Date(now),
    })
    .execute();
  await recordAct(deps, locked, act, "method.add", { method: type, methodId: id });
  return id;
}

/** A set is verified by being made. The old one goes, and with it every code and answer of it. */
async function replaceSet(
  deps: RowDeps,
  act: OwnerAct,
  type: "recoveryCodes" | "securityQuestions",
  fill: (locked: Locked, id: string) => Promise<void>,
) {
  return withUndisputedOwner(deps.db, act, async (locked) => {
    const { trx } = locked;
    const replaced = await trx
      .deleteFrom("authentication_methods")
      .where("user_id", "=", act.userId)
      .where("type", "=", type)
      .returning("id")
      .executeTakeFirst();
    // A set does not vouch for its own replacement.
    const waiting = await waits(locked, act, replaced?.id ?? null);
    const id = await insert(deps, locked, act, { type, value: "", hint: "", tag: type, waiting }, null);
    await fill(locked, id);
    await noteUpToDate(locked, act);
    await tellOwner(deps, locked, act, "added", { type, methodId: id });
    return id;
  });
}
