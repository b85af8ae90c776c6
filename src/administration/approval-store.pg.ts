import { type Kysely, sql, type Transaction } from "kysely";
import type { AuditEvent } from "../audit/audit-event.ts";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Database } from "../database/schema.ts";
import { newId, type Random } from "../kit/random.ts";
import type { Approval, ApprovalState } from "./approval.ts";
import { readApprovals } from "./approval-rows.pg.ts";
import type { Outcome } from "./approve-act.ts";

type Trx = Transaction<Database>;
type Executor = Kysely<Database> | Trx;

export async function readApproval(db: Executor, tenantId: string, id: string): Promise<Approval | null> {
  return (await readApprovals(db, sql`a.tenant_id = ${tenantId} and a.id = ${id}`))[0] ?? null;
}

/**
 * An approval that nobody else can decide meanwhile, judged on roles that nobody can take or give meanwhile: granting a role takes the
 * person's row too.
 * @param byId whoever decides
 */
export async function lockApproval(trx: Trx, tenantId: string, id: string, byId: string): Promise<Approval | null> {
  const { rows } = await sql<{ requester: string | null; target: string | null }>`
    select case when requested_by->>'kind' = 'user' then requested_by->>'id' end as requester,
      case when kind = 'reset-administrator' then act->>'userId' end as target
    from approvals where tenant_id = ${tenantId} and id = ${id} for update`.execute(trx);
  const [row] = rows;
  if (row === undefined) return null;
  const people = [row.requester, row.target, byId].filter((person) => person !== null);
  await sql`select 1 from users where tenant_id = ${tenantId} and id = any(${people}::uuid[]) order by id for update`.execute(trx);
  return readApproval(trx, tenantId, id);
}

/** One conditional update, so that two at once decide once. What was secret in the act is not needed once nobody can agree any more. */
export async function settle(
  trx: Trx,
  approval: Pick<Approval, "id" | "tenantId">,
  state: Exclude<ApprovalState, "waiting">,
  by: { readonly kind: string; readonly id?: string },
  now: number,
): Promise<boolean> {
  const { rows } = await sql`
    update approvals set state = ${state}, decided_by = ${JSON.stringify(by)}::jsonb, decided_at = ${new Date(now)}, act = ${WITHOUT_SECRETS}
    where tenant_id = ${approval.tenantId} and id = ${approval.id} and state = 'waiting' and expires_at > ${new Date(now)}
    returning 1`.execute(trx);
  return rows.length === 1;
}

/** Whatever a request carried that nobody may read, sealed or not. */
export const WITHOUT_SECRETS = sql`act #- '{body,password}' #- '{body,sealedPassword}' #- '{body,sealedEmailTo}' #- '{body,emailTo}'`;

export async function keepOutcome(db: Executor, { id, tenantId }: Approval, outcome: Outcome, now: number): Promise<void> {
  const kept =
    "failure" in outcome
      ? { failure: JSON.stringify(outcome.failure) }
      : { sealed_result: outcome.sealedResult, result_until: new Date(outcome.resultUntil) };
  await db
    .updateTable("approvals")
    .set({ ...kept, carried_out_at: new Date(now) })
    .where("tenant_id", "=", tenantId)
    .where("id", "=", id)
    .execute();
}

/** @returns whether there was one */
export async function forgetResult(db: Executor, { id, tenantId }: Pick<Approval, "id" | "tenantId">): Promise<boolean> {
  const { rows } = await sql`
    update approvals set sealed_result = null, result_until = null
    where tenant_id = ${tenantId} and id = ${id} and sealed_result is not null returning 1`.execute(db);
  return rows.length === 1;
}

type Recorded = Pick<Approval, "id" | "tenantId" | "act" | "requester" | "target">;
export interface ApprovalEvent {
  readonly type: `approval.${"request" | "approve" | "deny" | "withdraw" | "result" | "acknowledge" | "fail"}`;
  readonly actor: AuditEvent["actor"];
  readonly now: number;
  readonly outcome?: AuditEvent["outcome"];
  readonly reason?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export async function recordApproval(db: Executor, random: Random, approval: Recorded, event: ApprovalEvent): Promise<void> {
  const { id, tenantId, act, requester, target } = approval;
  const { type, actor, now, outcome = "success", reason, details } = event;
  // By ids, as everywhere in the log: a name is personal, and could not leave it any more (security.md S07).
  const requestedBy = { kind: requester.kind, id: requester.id };
  await writeAuditEvents(db, [
    {
      id: newId(random),
      at: now,
      tenantId,
      type,
      outcome,
      actor,
      ...(reason === undefined ? {} : { reason }),
      ...(target === null ? {} : { userId: target.id }),
      details: { approvalId: id, act: act.kind, requestedBy, ...details },
    },
  ]);
}
