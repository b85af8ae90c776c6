import { type Static, Type } from "typebox";
import { entityTag, ifMatch } from "../http/entity-tag.ts";
import { pageAsked, pageOut } from "../http/page.ts";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact, PageQuery, pageOf, Timestamp } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { type Clock, timestamp } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import { actOf } from "../users/user-writer.ts";
import type { ChangePolicies } from "./change-policy.ts";
import { WaitingView } from "./policy.http.ts";
import type { PolicyStore } from "./policy-store.ts";
import { AdministratorPolicySchema, TenantPolicySchema } from "./tenant-policy.ts";

export interface PolicyHistoryRoutes {
  readonly need: NeedRights;
  readonly history: PolicyStore["history"];
  readonly restore: ChangePolicies["restore"];
  readonly clock: Clock;
}

const Both = {
  policy: Type.Object(TenantPolicySchema.properties, exact),
  administratorPolicy: Type.Object(AdministratorPolicySchema.properties, exact),
};
const VersionView = Type.Object(
  {
    version: Type.Integer(),
    changedAt: Timestamp,
    changedBy: Type.Object({ kind: Type.String(), id: Type.Optional(Type.String()) }, exact),
    changes: Type.Record(Type.String(), Type.Object({ before: Type.Any(), after: Type.Any() }, exact), {
      description:
        "The members that differ from the version before; those of the administrators' policy as `administrators.…`. Empty in the first.",
    }),
    ...Both,
  },
  exact,
);
const Restored = Type.Object({ version: Type.Integer(), ...Both }, exact);
const about = { tags: ["Policy"], security: [{ accessToken: [] }] };
const Params = Type.Object({ version: Type.String({ maxLength: 400, description: "A number." }) }, exact);
const VERSION = /^[1-9][0-9]{0,8}$/;

/** What the policies were, who changed them, and the way back (contract, section 6). */
export function registerPolicyHistoryRoutes(app: Server, use: PolicyHistoryRoutes): void {
  app.get(
    "/v1/policy/versions",
    {
      onRequest: use.need("policy:read"),
      schema: {
        ...about,
        summary: "Every version of the policy, newest first",
        querystring: Type.Object(PageQuery, exact),
        response: answers({ 200: pageOf(VersionView) }, 400, 401, 403, 503),
      },
    },
    async (request) => {
      const { limit, after } = pageAsked(request.query);
      const found = await use.history(callerOf(request).tenantId, newestAfter(after), limit + 1);
      const { items, nextCursor } = pageOut(found, limit, ({ version }) => String(version));
      return { items: items.map(viewVersion), nextCursor };
    },
  );
  app.post(
    "/v1/policy/versions/:version/restore",
    {
      onRequest: use.need("policy:write"),
      schema: {
        ...about,
        summary: "Go back to an earlier version",
        description:
          "A change like any other, of both policies: it makes a new version, and what may not be any more is refused. `If-Match` may be sent, and " +
          "is not demanded: what comes of it does not depend on what is there.",
        params: Params,
        response: answers({ 200: Restored, 202: WaitingView }, 400, 401, 403, 404, 409, 412, 422, 503),
      },
    },
    async (request, reply) => {
      if (!VERSION.test(request.params.version)) throw new Problem("not-found");
      const act = actOf(callerOf(request), use.clock);
      const answer = await use.restore(act, ifMatch(request.headers["if-match"] ?? "*"), Number(request.params.version));
      if (answer.outcome === "waiting") return reply.code(202).send({ approvalId: answer.approvalId });
      const { version, policy, administratorPolicy } = answer.stored;
      return reply.header("etag", entityTag(version)).send({ version, policy, administratorPolicy });
    },
  );
}

/** The page goes on after the version that the one before ended with. */
function newestAfter(after: string | null): number | null {
  if (after === null) return null;
  return VERSION.test(after) ? Number(after) - 1 : 0;
}

function viewVersion({
  version,
  changedAt,
  changedBy,
  changes,
  policy,
  administratorPolicy,
}: Awaited<ReturnType<PolicyStore["history"]>>[number]): Static<typeof VersionView> {
  return { version, changedAt: timestamp(changedAt), changedBy, changes: { ...changes }, policy, administratorPolicy };
}
