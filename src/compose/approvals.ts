import { partiesOf, questionOf } from "../administration/approval.ts";
import { keepOutcome, readApproval } from "../administration/approval-store.pg.ts";
import { registerApprovalRoutes } from "../administration/approvals.http.ts";
import { createApprovals } from "../administration/approvals.pg.ts";
import type { CarryOut } from "../administration/approve-act.ts";
import { createApproveAct } from "../administration/approve-act.ts";
import { RIGHT_FOR } from "../administration/approver.ts";
import { createAskSecondPerson } from "../administration/ask-second-person.pg.ts";
import { createDecideApproval } from "../administration/decide-approval.pg.ts";
import { eligibleApprovers } from "../administration/eligible-approvers.pg.ts";
import { createLiftLockout } from "../administration/lift-lockout.worker.ts";
import type { ResetForSomebody } from "../administration/reset-for-somebody.ts";
import { createSendApprovalNotice } from "../administration/send-approval-notice.worker.ts";
import { orderOfEveryone, type StartPasswordJob } from "../administration/start-password-job.ts";
import type { AskSecondPerson } from "../administration/two-person-rule.ts";
import type { Authorize } from "../http/caller.ts";
import { guardRights } from "../http/rights-guard.ts";
import type { Server } from "../http/server.ts";
import type { Sealer } from "../keys/sealer.ts";
import { timestamp } from "../kit/clock.ts";
import type { JobHandlers } from "../messages/queue-worker.pg.ts";
import type { ChangePolicies } from "../policy/change-policy.ts";
import { createPolicyStore } from "../policy/policy-store.pg.ts";
import { createContactStore } from "../users/contact-store.pg.ts";
import type { Common } from "./resets.ts";

/** What a weighty act asks before it does anything. */
export function composeAskSecondPerson({ db, random }: Common): AskSecondPerson {
  return createAskSecondPerson({ db, random, readPolicy: createPolicyStore({ db, random }).read });
}

/** The use cases of the acts that may wait: each can be called once somebody has agreed. */
export interface WeightyUseCases {
  readonly change: Pick<ChangePolicies, "agreed">;
  readonly resets: Pick<ResetForSomebody, "carryOut">;
  readonly startPasswordJob: StartPasswordJob;
}

/** The two-person rule over HTTP. */
export function composeApprovals(common: Common, authorize: Authorize, acts: WeightyUseCases): (api: Server) => void {
  const { db, random, sealer, clock } = common;
  const decide = createDecideApproval({ db, random });
  const approve = createApproveAct({
    decide,
    carryOut: carryOutOf(acts, sealer),
    keepOutcome: (approval, outcome, now) => keepOutcome(db, approval, outcome, now),
    sealer,
    clock,
  });
  const approvals = createApprovals({ db, random, sealer, clock, decide, approve });
  return (api) =>
    registerApprovalRoutes(api, { need: guardRights(api, authorize), authorize, approvals, rightFor: (kind) => RIGHT_FOR[kind] });
}

function carryOutOf({ change, resets, startPasswordJob }: WeightyUseCases, sealer: Sealer): CarryOut {
  return {
    "weaken-policy": async (act, weighty) => ({ version: (await change.agreed(act, weighty)).version }),
    "reset-administrator": async (act, { userId, body }) => {
      const { temporaryPassword, expiresAt } = await resets.carryOut(act, userId, body);
      const end = expiresAt === null ? null : timestamp(expiresAt);
      return { ...(temporaryPassword === undefined ? {} : { temporaryPassword }), expiresAt: end };
    },
    "reset-everyone": async (act, { body }) => {
      const order = orderOfEveryone(sealer, act.tenantId, body);
      const started = await startPasswordJob(act, order, { outcome: "cleared", alone: false });
      if (started.outcome !== "started") throw new Error("a cleared act asked again");
      return { jobId: started.job.id };
    },
  };
}

export function approvalHandlers(common: Common): Pick<JobHandlers, "send-approval-notice" | "lift-lockout"> {
  const { db, sealer, state, channels } = common;
  const { email, text } = channels;
  return {
    "send-approval-notice": createSendApprovalNotice({
      ...common,
      readApproval: (tenantId, id) => readApproval(db, tenantId, id),
      approversOf: async (approval) =>
        (await eligibleApprovers(db, approval.tenantId, questionOf(approval), partiesOf(approval))).map(({ id }) => id),
      contacts: createContactStore({ db, sealer }),
      throttle: state.throttle,
      email,
      text,
    }),
    "lift-lockout": createLiftLockout({
      ...common,
      upnKeyOf: async (userId) =>
        (await db.selectFrom("users").select("upn_key").where("id", "=", userId).executeTakeFirst())?.upn_key ?? null,
    }),
  };
}
