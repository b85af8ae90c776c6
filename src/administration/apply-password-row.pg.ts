import { sql, type Transaction } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Database } from "../database/schema.ts";
import type { Sealer } from "../keys/sealer.ts";
import { newId, type Random } from "../kit/random.ts";
import { completePolicy, type TenantPolicy } from "../policy/tenant-policy.ts";
import { lockPerson } from "../users/locked-person.pg.ts";
import { GLOBAL_ADMINISTRATOR } from "../users/role-rules.ts";
import { wasGlobalAdministratorLately } from "./lately-administrator.pg.ts";
import { type PasswordJob, placeOfRow } from "./password-job.ts";
import type { JobPart, Outcome, PendingRow, Prepared, Written } from "./password-job-part.ts";
import { writeAdministratorReset } from "./write-administrator-reset.pg.ts";

type Trx = Transaction<Database>;

interface Deps {
  readonly sealer: Sealer;
  readonly random: Random;
}

/**
 * Writes one person and the row together. Under the locks of the row, which is done once, and of the person, under which it is judged
 * whether whoever asked reaches them now. The locks come in the order job, row, person, here and at a cancellation.
 */
export async function applyRow(
  trx: Trx,
  deps: Deps,
  { job, roles }: JobPart,
  row: PendingRow,
  prepared: Prepared,
  now: number,
): Promise<Written | null> {
  if (!(await isPending(trx, job, row))) return null;
  const obstacle = await lockAndJudge(trx, job, roles ?? [], row.userId, now);
  if (obstacle !== null) {
    await note(trx, job, row, obstacle, now);
    return null;
  }
  if (prepared.what === "change") {
    await note(trx, job, row, await demandChange(trx, deps.random, job, row.userId, now), now);
    return null;
  }
  return reset(trx, deps, job, row, prepared, now);
}

/** Somebody for whom nothing could be prepared. */
export async function settleRow(trx: Trx, job: PasswordJob, row: PendingRow, outcome: Outcome, now: number): Promise<void> {
  if (await isPending(trx, job, row)) await note(trx, job, row, outcome, now);
}

async function isPending(trx: Trx, { id }: PasswordJob, { position }: PendingRow): Promise<boolean> {
  const job = await sql`select 1 from password_jobs where id = ${id} and state = 'running' for share`.execute(trx);
  if (job.rows.length === 0) return false;
  const row = await sql`
    select 1 from password_job_rows where job_id = ${id} and position = ${position} and state = 'pending' for update`.execute(trx);
  return row.rows.length > 0;
}

/** `null`: nothing stands in the way. */
async function lockAndJudge(trx: Trx, job: PasswordJob, roles: readonly string[], userId: string, now: number): Promise<Outcome | null> {
  const { tenantId, requestedBy: actor, kind } = job;
  if (actor.kind === "user" && actor.id === userId) return { state: "skipped", reason: "self" };
  const person = await lockPerson(trx, { tenantId, actor, roles }, { id: userId }, "reset");
  if (person.outcome === "unknown") return { state: "skipped", reason: "deleted" };
  if (person.outcome === "out-of-reach") return { state: "skipped", reason: "out-of-reach" };
  if (await needsSecondPerson(trx, job, userId, person.roles, now)) return { state: "skipped", reason: "second-person-needed" };
  const { break_glass: breakGlass, directory_id: directory } = await trx
    .selectFrom("users")
    .select(["break_glass", "directory_id"])
    .where("id", "=", userId)
    .executeTakeFirstOrThrow();
  if (breakGlass) return { state: "skipped", reason: "break-glass" };
  // Writing to a directory comes with the directories.
  return directory !== null && kind === "reset" ? { state: "failed", reason: "directory-unavailable" } : null;
}

/**
 * A Global Administrator is reset alone, by a call that a second person agrees to, where the organisation wants that (security.md K06): a list
 * or a group with them in it is no way round, nor is taking the role from them first. To the reset of everybody somebody has agreed already.
 */
async function needsSecondPerson(
  trx: Trx,
  { tenantId, kind, whom }: PasswordJob,
  userId: string,
  roles: readonly string[],
  now: number,
): Promise<boolean> {
  if (kind !== "reset" || whom === "all") return false;
  if (!roles.includes(GLOBAL_ADMINISTRATOR) && !(await wasGlobalAdministratorLately(trx, tenantId, userId, now))) return false;
  const tenant = await trx.selectFrom("tenants").select("policy").where("id", "=", tenantId).executeTakeFirstOrThrow();
  return completePolicy(tenant.policy as TenantPolicy).twoPersonRule;
}

async function reset(
  trx: Trx,
  { sealer, random }: Deps,
  job: PasswordJob,
  row: PendingRow,
  prepared: Exclude<Prepared, { what: "change" }>,
  now: number,
): Promise<Written> {
  const { id: jobId, tenantId, requestedBy: actor, mustChange } = job;
  const { userId, position } = row;
  const { expiresAt } = prepared;
  const password = prepared.what === "password" ? { phc: prepared.phc, temporary: mustChange, expiresAt } : null;
  const link = prepared.what === "link" ? { sendTo: "stored" as const, expiresAt: prepared.expiresAt } : null;
  const { credentialVersion, upnKey } = await writeAdministratorReset(
    trx,
    { random },
    { tenantId, userId, actor, now, password, link, jobId, tellAdministrators: false },
  );
  const made = prepared.what === "password" ? prepared.made : null;
  const sealed = made === null ? null : sealer.seal(placeOfRow(jobId, position), made);
  await note(trx, job, row, { state: "done" }, now, { sealed, expiresAt });
  return { userId, upnKey, credentialVersion };
}

/** The password stays, sessions live on: it is asked for at the next sign-in. */
async function demandChange(trx: Trx, random: Random, job: PasswordJob, userId: string, now: number): Promise<Outcome> {
  const { id: jobId, tenantId, requestedBy: actor } = job;
  const marked = await trx.updateTable("passwords").set({ must_change: true }).where("user_id", "=", userId).executeTakeFirst();
  if (marked.numUpdatedRows === 0n) return { state: "failed", reason: "no-password" };
  const type = "password.require-change";
  await writeAuditEvents(trx, [{ id: newId(random), at: now, tenantId, type, outcome: "success", actor, userId, details: { jobId } }]);
  return { state: "done" };
}

interface Kept {
  readonly sealed: Buffer | null;
  readonly expiresAt: number | null;
}

/** A password that came with the name is not kept beyond this. */
async function note(
  trx: Trx,
  { id }: PasswordJob,
  { position }: PendingRow,
  outcome: Outcome,
  now: number,
  { sealed, expiresAt }: Kept = { sealed: null, expiresAt: null },
): Promise<void> {
  await trx
    .updateTable("password_job_rows")
    .set({
      state: outcome.state,
      reason: outcome.state === "done" ? null : outcome.reason,
      reasons: outcome.state === "failed" && outcome.reasons !== undefined ? [...outcome.reasons] : null,
      sealed_password: sealed,
      expires_at: expiresAt === null ? null : new Date(expiresAt),
      finished_at: new Date(now),
    })
    .where("job_id", "=", id)
    .where("position", "=", position)
    .execute();
}
