import { type Kysely, type RawBuilder, sql, type Transaction } from "kysely";
import type { Database } from "../database/schema.ts";
import { isRight } from "../kit/rights.ts";
import { rightsOf } from "../users/rights.ts";
import type { Approval, ApprovalState } from "./approval.ts";
import type { WeightyAct } from "./two-person-rule.ts";

type Executor = Kysely<Database> | Transaction<Database>;

interface Row {
  id: string;
  tenant_id: string;
  act: WeightyAct;
  requested_by: { kind: "app" | "user"; id: string };
  state: ApprovalState;
  created_at: Date;
  expires_at: Date;
  decided_by: { kind: string; id?: string } | null;
  decided_at: Date | null;
  carried_out_at: Date | null;
  failure: { code: string; detail: string } | null;
  sealed_result: Buffer | null;
  result_until: Date | null;
  requester_name: string | null;
  requester_roles: string[];
  requester_scopes: string[] | null;
  target_id: string | null;
  target_name: string | null;
  target_roles: string[];
  target_in_group: boolean;
  decider_name: string | null;
}

/** With the roles of whoever asked and of whom it is about as they are now. @param where on `a` */
export async function readApprovals(db: Executor, where: RawBuilder<unknown>): Promise<Approval[]> {
  const { rows } = await sql<Row>`
    select a.*, coalesce(r.user_principal_name, p.name) as requester_name, p.scopes as requester_scopes,
      t.id as target_id, t.user_principal_name as target_name, d.user_principal_name as decider_name,
      array(select role from held_roles where user_id = r.id order by role) as requester_roles,
      array(select role from held_roles where user_id = t.id order by role) as target_roles,
      exists (
        select 1 from group_members m join groups g on g.id = m.group_id where m.user_id = t.id and g.role_assignable
      ) as target_in_group
    from approvals a
    left join users r on r.id = case when a.requested_by->>'kind' = 'user' then (a.requested_by->>'id')::uuid end
      and r.tenant_id = a.tenant_id and r.enabled and r.deleted_at is null
    left join apps p on a.requested_by->>'kind' = 'app' and p.id = a.requested_by->>'id' and p.tenant_id = a.tenant_id
    left join users t on t.id = case when a.kind = 'reset-administrator' then (a.act->>'userId')::uuid end
      and t.tenant_id = a.tenant_id and t.deleted_at is null
    left join users d on d.id = case when a.decided_by->>'kind' = 'user' then (a.decided_by->>'id')::uuid end and d.tenant_id = a.tenant_id
    where ${where}`.execute(db);
  return rows.map(approvalOf);
}

function approvalOf(row: Row): Approval {
  const { kind, id } = row.requested_by;
  const scopes = row.requester_scopes ?? [];
  return {
    id: row.id,
    tenantId: row.tenant_id,
    act: row.act,
    requester: {
      kind,
      id,
      name: row.requester_name,
      roles: row.requester_roles,
      rights: kind === "app" ? new Set(scopes.filter(isRight)) : rightsOf(row.requester_roles),
    },
    target:
      row.target_id === null || row.target_name === null
        ? null
        : { id: row.target_id, userPrincipalName: row.target_name, roles: row.target_roles, inRoleAssignableGroup: row.target_in_group },
    state: row.state,
    createdAt: row.created_at.getTime(),
    expiresAt: row.expires_at.getTime(),
    decidedBy: row.decided_by === null ? null : { kind: row.decided_by.kind, id: row.decided_by.id ?? null, name: row.decider_name },
    decidedAt: row.decided_at?.getTime() ?? null,
    carriedOutAt: row.carried_out_at?.getTime() ?? null,
    failure: row.failure,
    sealedResult: row.sealed_result,
    resultUntil: row.result_until?.getTime() ?? null,
  };
}
