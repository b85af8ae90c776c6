import { Type } from "typebox";
import type { Authorize } from "../http/caller.ts";
import { pageAsked } from "../http/page.ts";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact, Nothing, PageQuery, pageOf } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { Problem } from "../kit/problem.ts";
import { type ApprovalView, ApprovalViewSchema, type Viewer } from "./approval-view.ts";
import type { ApproveAct, Decider } from "./approve-act.ts";
import type { WeightyAct } from "./two-person-rule.ts";

/** Somebody of an organisation who looks. */
export interface TenantViewer extends Viewer {
  readonly tenantId: string;
}

/** What the routes use. All of it answers for the viewer's own organisation alone; `null`: nothing there that the viewer may see. */
export interface Approvals {
  list(
    viewer: TenantViewer,
    page: { limit: number; after: string | null },
  ): Promise<{ items: readonly ApprovalView[]; nextCursor: string | null }>;
  /** With the result, for whoever asked; the reading is on the record. */
  read(viewer: TenantViewer, id: string): Promise<ApprovalView | null>;
  /** What it is, for whoever may see it or not; `secret`: the viewer asked for it, and there is a result to read. */
  about(viewer: TenantViewer, id: string): Promise<{ readonly kind: WeightyAct["kind"]; readonly secret: boolean } | null>;
  approve: ApproveAct;
  deny(by: Decider, id: string): Promise<void>;
  /** By whoever asked, while it waits. */
  withdraw(viewer: TenantViewer, id: string): Promise<boolean>;
  /** By whoever asked: the result is forgotten. */
  acknowledge(viewer: TenantViewer, id: string): Promise<boolean>;
}

export interface ApprovalRoutes {
  readonly need: NeedRights;
  readonly authorize: Authorize;
  readonly approvals: Approvals;
  readonly rightFor: (kind: WeightyAct["kind"]) => "resets:write" | "policy:write";
}

const Params = Type.Object({ id: Type.String({ maxLength: 100, description: "The `approvalId` of the 202." }) }, exact);
/** Whoever could ask or decide, applications by the scope with which they asked. */
const LOOKING: Parameters<NeedRights>[0] = ["users:read", "policy:write", "resets:write"];
const about = { tags: ["Approvals"], security: [{ accessToken: [] }] };
const Query = Type.Object({ ...PageQuery }, exact);

/** The two-person rule (contract, section 6; security.md K06): acts that wait for a second administrator. */
export function registerApprovalRoutes(app: Server, use: ApprovalRoutes): void {
  const { need, approvals } = use;
  app.get(
    "/v1/approvals",
    {
      onRequest: need(LOOKING),
      schema: {
        ...about,
        summary: "What waits for a second person",
        description:
          "Of the last seven days, newest first: what you asked for, and what you could decide. A page may hold fewer than `limit`.",
        querystring: Query,
        response: answers({ 200: pageOf(ApprovalViewSchema) }, 400, 401, 403, 503),
      },
    },
    async (request) => {
      const { items, nextCursor } = await approvals.list(callerOf(request), pageAsked(request.query));
      return { items: [...items], nextCursor };
    },
  );
  app.get(
    "/v1/approvals/:id",
    {
      onRequest: need(LOOKING),
      schema: {
        ...about,
        summary: "One act that waits, or waited",
        description: "To read a result needs the right for the act, and a fresh second step.",
        params: Params,
        response: answers({ 200: ApprovalViewSchema }, 400, 401, 403, 404, 503),
      },
    },
    async (request) => {
      const id = idOf(request.params);
      const { kind, secret } = found(await approvals.about(callerOf(request), id));
      // A result may be a password: whoever has a session that was left open does not read it.
      if (secret) await use.authorize(request, [use.rightFor(kind)]);
      return found(await approvals.read(callerOf(request), id));
    },
  );
  for (const wish of ["approve", "deny"] as const)
    app.post(
      `/v1/approvals/:id/${wish}`,
      {
        onRequest: need(LOOKING),
        schema: {
          ...about,
          summary: wish === "approve" ? "Agree, and have it carried out" : "Refuse",
          description:
            "By another administrator who could do the act, within the hour, with a fresh second step. " +
            (wish === "approve"
              ? "It is done in the name of whoever asked, who reads the result; `failure` says why it could not be done."
              : "Nothing is done."),
          params: Params,
          response: answers({ 200: ApprovalViewSchema }, 400, 401, 403, 404, 409, 503),
        },
      },
      async (request) => {
        const id = idOf(request.params);
        const { kind } = found(await approvals.about(callerOf(request), id));
        // Which right is needed, and so a fresh second step, is known only now.
        const caller = await use.authorize(request, [use.rightFor(kind)]);
        if (caller.kind === "app")
          throw new Problem("forbidden", { extensions: { missing: ["role"], reason: "A second person is a person, not an application." } });
        await approvals[wish](caller, id);
        return found(await approvals.read(caller, id));
      },
    );
  for (const [path, act, summary] of [
    ["withdraw", approvals.withdraw, "Take back what you asked for"],
    ["acknowledge", approvals.acknowledge, "Have the result forgotten, once it is safe with you"],
  ] as const)
    app.post(
      `/v1/approvals/:id/${path}`,
      {
        onRequest: need(LOOKING),
        schema: {
          ...about,
          summary,
          description: "By whoever asked.",
          params: Params,
          response: answers({ 204: Nothing }, 400, 401, 403, 404, 503),
        },
      },
      async (request, reply) => {
        if (!(await act(callerOf(request), idOf(request.params)))) throw new Problem("not-found");
        return reply.code(204).send(null);
      },
    );
}

/** What is no id is the id of nothing. */
function idOf({ id }: { id: string }): string {
  if (!/^[A-Za-z0-9_-]{22}$/.test(id)) throw new Problem("not-found");
  return id;
}

function found<T>(approval: T | null): T {
  if (approval === null) throw new Problem("not-found");
  return approval;
}
