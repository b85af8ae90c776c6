import { randomUUID } from "node:crypto";
import { sql, type Transaction } from "kysely";
import type { AuditEvent } from "../audit/audit-event.ts";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import { bulkInsert } from "../database/bulk-insert.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import type { Sealer } from "../keys/sealer.ts";
import { Problem } from "../kit/problem.ts";
import { newId, type Random } from "../kit/random.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import { createTenantOpen } from "../tenants/tenant-open.pg.ts";
import { makeGroups, putIntoGroups, takeOutOfGroups } from "./import-groups.pg.ts";
import type { ImportPlan, ImportStore, PersonUpdate, RowOutcome } from "./import-job.ts";
import { type Incoming, insertMethods, insertPasswords, insertPeople, updateFields } from "./import-people.pg.ts";
import { groupNames } from "./import-plan.ts";
import { isProtected } from "./protected-person.ts";
import type { RecordedAct } from "./user-writer.ts";

type Trx = Transaction<Database>;

export interface ImportDeps {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly random: Random;
}

/** Somebody else has changed what the plan was made from. Thrown to roll back; never leaves this file. */
class PlanOutdated extends Error {}

/** Two transactions waited for each other, and PostgreSQL ended ours. */
const DEADLOCK = "40P01";

export async function commitImport(deps: ImportDeps, jobId: string, plan: ImportPlan, act: RecordedAct): ReturnType<ImportStore["commit"]> {
  try {
    return await deps.db.transaction().execute((trx) => commit(trx, deps, jobId, plan, act));
  } catch (error) {
    if (error instanceof PlanOutdated || (error instanceof Error && "code" in error && error.code === DEADLOCK))
      return { outcome: "again" };
    throw error;
  }
}

/**
 * Locks are taken in one order by everybody who imports: people who are there by their ids, groups by their names, new people by their
 * names. So imports at once wait for each other, and not in a circle.
 */
async function commit(trx: Trx, deps: ImportDeps, jobId: string, plan: ImportPlan, act: RecordedAct): ReturnType<ImportStore["commit"]> {
  const { updates } = plan;
  const newcomers = plan.creations.map(({ user, phc, methods }) => {
    return { id: randomUUID(), user, phc, methods, join: groupNames(user) ?? new Map<string, string>() };
  });
  const incoming: Incoming[] = [...updates.map(({ id, phc, methodsNew, join }) => ({ id, phc, methods: methodsNew, join })), ...newcomers];
  // Not a lock: a change of the policy would wait for every batch. What was begun before is written, and nothing after.
  if (!(await createTenantOpen(trx)(act.tenantId))) throw new Problem("conflict", { detail: "The organisation was suspended meanwhile." });
  await lock(trx, updates);
  if (!(await makeGroups(trx, act, incoming))) throw new PlanOutdated();
  const disabled = await updateFields(trx, updates, act.now);
  if (!(await insertPeople(trx, newcomers, act))) throw new PlanOutdated();
  const gone = updates.flatMap(({ methodsGone }) => methodsGone);
  // What the person has verified since the plan was made stays.
  if (gone.length > 0)
    await sql`
      delete from authentication_methods where id = any(${gone}::uuid[]) and (source = 'admin' or verified_at is null)`.execute(trx);
  await insertMethods(trx, deps.sealer, incoming, act.now);
  await insertPasswords(trx, incoming, act.now);
  await takeOutOfGroups(trx, act, updates);
  await putIntoGroups(trx, act, incoming);
  for (const { id, credentialVersion } of disabled)
    await createMessageQueue(trx).enqueue({ task: "raise-credential-version", userId: id, version: credentialVersion });
  await recordPeople(trx, deps, jobId, newcomers, updates, act);
  await recordRows(trx, jobId, plan, act.now);
  return { outcome: "committed", disabled };
}

/** Granting a role and deleting take the same rows: from here on nobody in the plan becomes an administrator. */
async function lock(trx: Trx, updates: readonly PersonUpdate[]): Promise<void> {
  if (updates.length === 0) return;
  const ids = updates.map(({ id }) => id);
  const { rows } = await sql`
    select id from users where id = any(${ids}::uuid[]) and deleted_at is null order by id for update`.execute(trx);
  const { rows: held } = await sql<{ roles: string[]; inRoleAssignableGroup: boolean }>`
    select array(select role from held_roles where user_id = any(${ids}::uuid[])) as roles, exists (
      select 1 from group_members m join groups g on g.id = m.group_id where m.user_id = any(${ids}::uuid[]) and g.role_assignable
    ) as "inRoleAssignableGroup"`.execute(trx);
  if (rows.length !== ids.length || held.some(isProtected)) throw new PlanOutdated();
}

async function recordPeople(
  trx: Trx,
  { random }: ImportDeps,
  jobId: string,
  created: readonly { id: string }[],
  updated: readonly PersonUpdate[],
  { tenantId, actor, now }: RecordedAct,
): Promise<void> {
  const event = (type: string, userId: string, details: object): AuditEvent => ({
    id: newId(random),
    at: now,
    tenantId,
    type,
    outcome: "success",
    actor,
    userId,
    details: { import: jobId, ...details },
  });
  await writeAuditEvents(trx, [
    ...created.map(({ id }) => event("user.create", id, {})),
    ...updated.map((update) => event("user.update", update.id, { changed: changesOf(update) })),
  ]);
}

function changesOf({ fields, methodsGone, methodsNew, join, leave, phc }: PersonUpdate): string[] {
  return [
    ...Object.keys(fields),
    ...(methodsGone.length + methodsNew.length > 0 ? ["methods"] : []),
    ...(join.size + leave.length > 0 ? ["groups"] : []),
    ...(phc === null ? [] : ["password"]),
  ].sort();
}

/** Outcomes and counts go in with what they tell of: after a crash the report is true. */
async function recordRows(trx: Trx, jobId: string, { rows }: ImportPlan, now: number): Promise<void> {
  const nothing = [{ field: null, reason: null }];
  const lines = rows.flatMap(({ line, userPrincipalName, outcome, problems }) =>
    (problems.length === 0 ? nothing : problems).map(({ field, reason }, position) => {
      return { job_id: jobId, line, position, user_principal_name: userPrincipalName, outcome, field, reason };
    }),
  );
  await bulkInsert(trx, "import_rows", lines);
  const count = (wanted: RowOutcome) => rows.filter(({ outcome }) => outcome === wanted).length;
  await sql`
    update import_jobs set total = total + ${rows.length}, created = created + ${count("created")}, updated = updated + ${count("updated")},
      unchanged = unchanged + ${count("unchanged")}, failed = failed + ${count("failed")},
      alive_at = ${new Date(now)} where id = ${jobId}`.execute(trx);
}
