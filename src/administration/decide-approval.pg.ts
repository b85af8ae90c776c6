import type { Db } from "../database/connect.pg.ts";
import { Problem } from "../kit/problem.ts";
import type { Random } from "../kit/random.ts";
import { outOfReach } from "../users/reach.ts";
import { type ApprovalState, partiesOf, questionOf, refuseDecision, requesterStillMay, stateAt } from "./approval.ts";
import { lockApproval, recordApproval, settle } from "./approval-store.pg.ts";
import type { DecideApproval } from "./approve-act.ts";
import { eligibleApprovers } from "./eligible-approvers.pg.ts";

export function createDecideApproval({ db, random }: { readonly db: Db; readonly random: Random }): DecideApproval {
  return (by, id, wish, now) =>
    db.transaction().execute(async (trx) => {
      const approval = await lockApproval(trx, by.tenantId, id, by.id);
      if (approval === null) throw new Problem("not-found");
      // As they are under the lock, not as they were when the call came in.
      const able = await eligibleApprovers(trx, by.tenantId, questionOf(approval), partiesOf(approval));
      const present = able.find((person) => person.id === by.id);
      const refused = refuseDecision(approval, present ?? by, now);
      if (refused?.outcome === "forbidden") throw outOfReach(refused.beyond);
      if (refused?.outcome === "over") throw over(refused.state);
      if (present === undefined) throw outOfReach({ missing: "role", reason: "Your account may not decide this." });
      const actor = { kind: "user", id: by.id } as const;
      if (wish === "approve" && !requesterStillMay(approval)) {
        const reason = "requester-lost-right";
        if (!(await settle(trx, approval, "withdrawn", { kind: "system" }, now))) throw over(stateAt(approval, now));
        await recordApproval(trx, random, approval, { type: "approval.withdraw", actor, now, outcome: "blocked", reason });
        return { outcome: "requester-lost-right" };
      }
      const state: ApprovalState = wish === "approve" ? "approved" : "denied";
      if (!(await settle(trx, approval, state, actor, now))) throw over(stateAt(approval, now));
      await recordApproval(trx, random, approval, {
        type: `approval.${wish}`,
        actor,
        now,
        details: { decidedBy: actor },
      });
      return { outcome: "decided", approval };
    });
}

function over(state: ApprovalState): Problem {
  const words: Readonly<Record<ApprovalState, string>> = {
    waiting: "It was being decided at this moment: read it again.",
    approved: "It is approved already.",
    denied: "It is denied already.",
    expired: "Nobody decided within the hour: it has to be asked for again.",
    withdrawn: "It was withdrawn.",
  };
  return new Problem("conflict", { detail: words[state] });
}
