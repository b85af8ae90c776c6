import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import type { Sealer } from "../keys/sealer.ts";
import type { HelpRequest, HelpRequestStore } from "./help-request.ts";
import { messagePlace } from "./help-request-place.ts";

interface Row {
  id: string;
  support_code: string;
  sealed_message: Buffer | null;
  times: number;
  requested_at: Date;
  last_requested_at: Date;
  resolved_at: Date | null;
  resolved_by: { kind: string; id?: string } | null;
  note: string | null;
  user_id: string;
  user_principal_name: string;
  display_name: string | null;
  roles: string[];
  assignable: boolean;
}

/** Newest first. A page's key is the time and the id of its last one. */
export async function listHelpRequests(
  { db, sealer }: { db: Db; sealer: Sealer },
  tenantId: string,
  state: "open" | "resolved",
  { limit, after }: { limit: number; after: string | null },
): ReturnType<HelpRequestStore["list"]> {
  const [, time = "", id = ""] = /^(\d{1,15}) ([\w-]{1,64})$/.exec(after ?? "") ?? [];
  const place = time === "" ? sql`` : sql`and (h.requested_at, h.id) < (${new Date(Number(time))}, ${id})`;
  const { rows } = await sql<Row>`
    select h.id, h.support_code, h.sealed_message, h.times, h.requested_at, h.last_requested_at, h.resolved_at, h.resolved_by, h.note,
      h.user_id, u.user_principal_name, u.display_name,
      array(select r.role from held_roles r where r.user_id = u.id order by r.role) as roles,
      exists (
        select 1 from group_members m join groups g on g.id = m.group_id where m.user_id = u.id and g.role_assignable
      ) as assignable
    from help_requests h join users u on u.id = h.user_id and u.tenant_id = h.tenant_id and u.deleted_at is null
    where h.tenant_id = ${tenantId} and (h.resolved_at is null) = ${state === "open"} ${place}
    order by h.requested_at desc, h.id desc limit ${limit + 1}`.execute(db);
  const items = rows.slice(0, limit).map((row) => requestOf(row, sealer, tenantId));
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, next: last === undefined ? null : `${last.requestedAt} ${last.id}` };
}

function requestOf(row: Row, sealer: Sealer, tenantId: string): HelpRequest {
  const { user_id: userId, sealed_message: sealed, resolved_at: resolvedAt } = row;
  return {
    id: row.id,
    supportCode: row.support_code,
    message: sealed === null ? null : sealer.unseal(messagePlace(tenantId, userId), sealed),
    times: row.times,
    requestedAt: row.requested_at.getTime(),
    lastRequestedAt: row.last_requested_at.getTime(),
    person: {
      id: userId,
      userPrincipalName: row.user_principal_name,
      displayName: row.display_name,
      roles: row.roles,
      inRoleAssignableGroup: row.assignable,
    },
    resolved: resolvedAt === null ? null : { at: resolvedAt.getTime(), by: row.resolved_by ?? { kind: "system" }, note: row.note },
  };
}
