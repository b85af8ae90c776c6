import { isDeepStrictEqual } from "node:util";
import { sql, type Transaction } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import { MINUTE } from "../kit/clock.ts";
import { Problem, tooManyAttempts } from "../kit/problem.ts";
import { newId, type Random } from "../kit/random.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import type { Target } from "../users/reach.ts";
import type { Act } from "../users/user-writer.ts";
import { APPROVE_WITHIN_MS, type Approval, partiesOf, questionOf, WAITING_AT_MOST } from "./approval.ts";
import { readApprovals } from "./approval-rows.pg.ts";
import { readApproval, recordApproval } from "./approval-store.pg.ts";
import { eligibleApprovers } from "./eligible-approvers.pg.ts";
import type { AskSecondPerson, WeightyAct } from "./two-person-rule.ts";

interface Deps {
  readonly db: Db;
  readonly random: Random;
  readonly readPolicy: (tenantId: string) => Promise<{ readonly policy: { readonly twoPersonRule: boolean } }>;
}

type Trx = Transaction<Database>;

/** Asks for a second person where the tenant wants one and has one. The operator of the installation is asked nothing. */
export function createAskSecondPerson({ db, random, readPolicy }: Deps): AskSecondPerson {
  return async (act, weighty) => {
    const { kind } = act.actor;
    if (kind === "operator" || kind === "system") return { outcome: "cleared", alone: false };
    if (!(await readPolicy(act.tenantId)).policy.twoPersonRule) return { outcome: "cleared", alone: false };
    return db.transaction().execute(async (trx) => {
      const asked = await askedFor(trx, act, weighty);
      const approvers = await eligibleApprovers(trx, act.tenantId, questionOf(asked), partiesOf(asked));
      if (approvers.length === 0) {
        await allowAlone(trx, random, act, asked);
        return { outcome: "cleared", alone: true };
      }
      return { outcome: "waiting", approvalId: await request(trx, random, act, asked) };
    });
  };
}

type Asked = Pick<Approval, "act" | "target"> & { readonly requester: Pick<Approval["requester"], "kind" | "id" | "roles"> };

async function askedFor(trx: Trx, { tenantId, actor, roles }: Act, weighty: WeightyAct): Promise<Asked & Pick<Approval, "requester">> {
  if (actor.kind !== "app" && actor.kind !== "user") throw new Problem("unauthenticated");
  const target = weighty.kind === "reset-administrator" ? await targetOf(trx, tenantId, weighty.userId) : null;
  return { act: weighty, target, requester: { kind: actor.kind, id: actor.id, name: null, roles, rights: new Set() } };
}

async function targetOf(trx: Trx, tenantId: string, userId: string): Promise<Approval["target"]> {
  const { rows } = await sql<Target & { userPrincipalName: string }>`
    select u.id, u.user_principal_name as "userPrincipalName", array(select role from held_roles where user_id = u.id order by role) as roles,
      exists (
        select 1 from group_members m join groups g on g.id = m.group_id where m.user_id = u.id and g.role_assignable
      ) as "inRoleAssignableGroup"
    from users u where u.tenant_id = ${tenantId} and u.id = ${userId} and u.deleted_at is null`.execute(trx);
  const [target] = rows;
  if (target === undefined) throw new Problem("not-found");
  return target;
}

/**
 * A rule that nobody can satisfy must not lock the house. A person goes on alone, with the second step that every writing call of the
 * administration asks for, and every administrator is told; an application never does.
 */
async function allowAlone(trx: Trx, random: Random, { tenantId, actor, now }: Act, { act, target }: Asked): Promise<void> {
  if (actor.kind !== "user")
    throw new Problem("forbidden", {
      extensions: {
        missing: ["target"],
        reason: "The two-person rule is on, and nobody could agree: a person has to do this, not an application.",
      },
    });
  await writeAuditEvents(trx, [
    {
      id: newId(random),
      at: now,
      tenantId,
      type: "approval.alone",
      outcome: "success",
      actor,
      ...(target === null ? {} : { userId: target.id }),
      details: { act: act.kind, alone: true },
    },
  ]);
  const about = { tenantId, actor, at: now, details: { act: act.kind }, ...(target === null ? {} : { userId: target.id }) };
  await createMessageQueue(trx).enqueue({ task: "send-administrators-notice", notice: "acted-alone", ...about });
}

/** The same wish of the same caller waits once, and people are written to once. @returns the id */
async function request(trx: Trx, random: Random, { tenantId, actor, now }: Act, { act, requester }: Asked): Promise<string> {
  const by = { kind: requester.kind, id: requester.id };
  // One after the other for one caller: two calls at once would both find nothing that waits.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`approvals of ${by.id}`}, 0))`.execute(trx);
  // Of the hour, withdrawn ones too: whoever asks and takes it back a thousand times writes to everybody a thousand times.
  const undecided = await readApprovals(
    trx,
    sql`a.tenant_id = ${tenantId} and a.state in ('waiting', 'withdrawn') and a.expires_at > ${new Date(now)}
      and a.requested_by = ${JSON.stringify(by)}::jsonb`,
  );
  const twin = undecided.find((one) => one.state === "waiting" && isDeepStrictEqual(one.act, JSON.parse(JSON.stringify(act))));
  if (twin !== undefined) return twin.id;
  if (undecided.length >= WAITING_AT_MOST) throw tooManyAttempts(10 * MINUTE);
  const id = newId(random);
  await trx
    .insertInto("approvals")
    .values({
      id,
      tenant_id: tenantId,
      kind: act.kind,
      act: JSON.stringify(act),
      requested_by: JSON.stringify(by),
      state: "waiting",
      created_at: new Date(now),
      expires_at: new Date(now + APPROVE_WITHIN_MS),
    })
    .execute();
  const approval = await readApproval(trx, tenantId, id);
  if (approval === null) throw new Error("what was just written is not there");
  await recordApproval(trx, random, approval, { type: "approval.request", actor, now });
  await createMessageQueue(trx).enqueue({ task: "send-approval-notice", tenantId, approvalId: id });
  return id;
}
