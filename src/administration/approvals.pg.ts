import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import { pageOut } from "../http/page.ts";
import type { Sealer } from "../keys/sealer.ts";
import type { Clock } from "../kit/clock.ts";
import type { Random } from "../kit/random.ts";
import { type Approval, LISTED_MS } from "./approval.ts";
import { readApprovals } from "./approval-rows.pg.ts";
import { forgetResult, readApproval, recordApproval, settle } from "./approval-store.pg.ts";
import { type ApprovalView, isRequester, maySee, viewApproval } from "./approval-view.ts";
import type { Approvals, TenantViewer } from "./approvals.http.ts";
import { type ApproveAct, type DecideApproval, resultPlace } from "./approve-act.ts";

interface Deps {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly random: Random;
  readonly decide: DecideApproval;
  readonly approve: ApproveAct;
}

/** What can be asked about acts that wait, beside having them carried out. */
export function createApprovals(deps: Deps): Approvals {
  const { db, clock, random, decide, approve } = deps;
  const own = async (viewer: TenantViewer, id: string): Promise<Approval | null> => {
    const approval = await readApproval(db, viewer.tenantId, id);
    return approval !== null && isRequester(approval, viewer) ? approval : null;
  };
  return {
    async list(viewer, { limit, after }) {
      const now = clock.now();
      const rows = await readApprovals(
        db,
        sql`a.tenant_id = ${viewer.tenantId} and a.created_at > ${new Date(now - LISTED_MS)} and ${after === null ? sql`true` : beyond(after)}
          order by a.created_at desc, a.id desc limit ${limit + 1}`,
      );
      const page = pageOut(rows, limit, ({ createdAt, id }) => `${createdAt} ${id}`);
      const seen = page.items.filter((approval) => maySee(approval, viewer));
      return { items: seen.map((approval) => viewApproval(approval, viewer, now)), nextCursor: page.nextCursor };
    },
    async read(viewer, id) {
      const approval = await readApproval(db, viewer.tenantId, id);
      return approval === null || !maySee(approval, viewer) ? null : withResult(deps, approval, viewer);
    },
    async about(viewer, id) {
      const approval = await readApproval(db, viewer.tenantId, id);
      return approval === null ? null : { kind: approval.act.kind, secret: hasResult(approval, viewer, clock.now()) };
    },
    approve,
    async deny(by, id) {
      await decide(by, id, "deny", clock.now());
    },
    async withdraw(viewer, id) {
      const approval = await own(viewer, id);
      if (approval === null) return false;
      const now = clock.now();
      const actor = { kind: viewer.kind, id: viewer.id };
      return db.transaction().execute(async (trx) => {
        const withdrawn = await settle(trx, approval, "withdrawn", actor, now);
        if (withdrawn) await recordApproval(trx, random, approval, { type: "approval.withdraw", actor, now });
        return withdrawn;
      });
    },
    async acknowledge(viewer, id) {
      const approval = await own(viewer, id);
      if (approval === null) return false;
      const actor = { kind: viewer.kind, id: viewer.id };
      return db.transaction().execute(async (trx) => {
        const forgotten = await forgetResult(trx, approval);
        if (forgotten) await recordApproval(trx, random, approval, { type: "approval.acknowledge", actor, now: clock.now() });
        return forgotten;
      });
    },
  };
}

/** What came of it is for whoever asked, while it is kept; that it was read is on the record, before it is told. */
async function withResult({ db, sealer, random, clock }: Deps, approval: Approval, viewer: TenantViewer): Promise<ApprovalView> {
  const now = clock.now();
  const view = viewApproval(approval, viewer, now);
  const { sealedResult } = approval;
  if (sealedResult === null || !hasResult(approval, viewer, now)) return view;
  await recordApproval(db, random, approval, { type: "approval.result", actor: { kind: viewer.kind, id: viewer.id }, now });
  return { ...view, result: JSON.parse(sealer.unseal(resultPlace(approval), sealedResult)) };
}

function hasResult(approval: Approval, viewer: TenantViewer, now: number): boolean {
  const { sealedResult, resultUntil } = approval;
  return isRequester(approval, viewer) && sealedResult !== null && resultUntil !== null && now < resultUntil;
}

/** Past the last one of the page before. */
function beyond(key: string) {
  const [at = "", id = ""] = key.split(" ");
  const created = Number(at);
  return Number.isSafeInteger(created) ? sql`(a.created_at, a.id) < (${new Date(created)}, ${id})` : sql`false`;
}
