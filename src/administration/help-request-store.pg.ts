import { sql } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Sealer } from "../keys/sealer.ts";
import { newId, type Random } from "../kit/random.ts";
import { sha256 } from "../kit/seal.ts";
import { heldRoles } from "../users/locked-person.pg.ts";
import { judgeReach } from "../users/reach.ts";
import { HELPING_ROLES, type HelpRequestStore, type KeptRequest, type NewHelpRequest, type PossibleHelper } from "./help-request.ts";
import { listHelpRequests } from "./help-request-list.pg.ts";
import { messagePlace } from "./help-request-place.ts";

interface Deps {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly random: Random;
}

export function createHelpRequestStore(deps: Deps): HelpRequestStore {
  const { db, random } = deps;
  return {
    keep: (request) => keep(deps, request),
    async possibleHelpers(tenantId) {
      const { rows } = await sql<PossibleHelper>`
        select u.id, u.mail, u.preferred_language as "preferredLanguage", coalesce(u.given_name, u.display_name) as name,
          array(select r.role from held_roles r where r.user_id = u.id) as roles
        from users u where u.tenant_id = ${tenantId} and u.enabled and u.deleted_at is null
          and exists (select 1 from held_roles h where h.user_id = u.id and h.role = any(${HELPING_ROLES}::text[]))
        order by u.upn_key`.execute(db);
      return rows;
    },
    list: (tenantId, state, page) => listHelpRequests(deps, tenantId, state, page),
    resolve: ({ tenantId, actor, roles, now }, id, note) =>
      db.transaction().execute(async (trx) => {
        const { rows } = await sql<{ user_id: string; support_code: string; resolved_at: Date | null }>`
          select user_id, support_code, resolved_at from help_requests where tenant_id = ${tenantId} and id = ${id} for update`.execute(
          trx,
        );
        const [request] = rows;
        if (request === undefined) return "unknown";
        const target = { id: request.user_id, ...(await heldRoles(trx, request.user_id)) };
        const beyond = judgeReach({ actor, roles }, target, "reset");
        if (beyond !== null) return beyond;
        if (request.resolved_at !== null) return "resolved-before";
        const resolved = { resolved_at: new Date(now), resolved_by: JSON.stringify(actor), note };
        await trx.updateTable("help_requests").set(resolved).where("tenant_id", "=", tenantId).where("id", "=", id).execute();
        const { user_id: userId, support_code: supportCode } = request;
        const event = { id: newId(random), at: now, tenantId, type: "help-request.resolve", outcome: "success", actor } as const;
        await writeAuditEvents(trx, [{ ...event, userId, supportCode, details: { request: id } }]);
        return "resolved";
      }),
  };
}

interface KeptRow {
  readonly id: string;
  readonly support_code: string;
  readonly wrote: boolean;
}

/** The first one's support code stays, and the first words that were written: a stranger cannot put others in their place. */
async function keep({ db, sealer }: Deps, { id, tenantId, userId, supportCode, message, now }: NewHelpRequest): Promise<KeptRequest> {
  const sealed = message === null ? null : sealer.seal(messagePlace(tenantId, userId), message);
  const at = new Date(now);
  return db.transaction().execute(async (trx) => {
    // A job that is tried again may find that its own request was resolved meanwhile: it stays so.
    const before = await sql<KeptRow>`
      select id, support_code, sealed_message is not null as wrote from help_requests where tenant_id = ${tenantId} and id = ${id}`.execute(
      trx,
    );
    if (before.rows[0] !== undefined) return { supportCode: before.rows[0].support_code, wrote: before.rows[0].wrote };
    const { rows } = await sql<KeptRow>`
      insert into help_requests as kept
        (id, tenant_id, user_id, support_code, sealed_message, requested_at, last_requested_at, last_request_id)
      values (${id}, ${tenantId}, ${userId}, ${supportCode}, ${sealed}, ${at}, ${at}, ${id})
      on conflict (user_id) where resolved_at is null do update set
        times = kept.times + (kept.last_request_id <> excluded.last_request_id)::int,
        sealed_message = coalesce(kept.sealed_message, excluded.sealed_message),
        last_requested_at = greatest(kept.last_requested_at, excluded.last_requested_at),
        last_request_id = excluded.last_request_id
      returning id, support_code, sealed_message is not null as wrote`.execute(trx);
    const [kept] = rows;
    if (kept === undefined) throw new Error("a request for help was neither made nor found");
    if (kept.id === id)
      await writeAuditEvents(trx, [
        {
          // The same in every attempt.
          id: sha256(`help request ${id}`).slice(0, 22),
          at: now,
          tenantId,
          type: "help-request.open",
          outcome: "success",
          actor: { kind: "anonymous" },
          userId,
          supportCode: kept.support_code,
          details: { request: id },
        },
      ]);
    return { supportCode: kept.support_code, wrote: kept.wrote };
  });
}
