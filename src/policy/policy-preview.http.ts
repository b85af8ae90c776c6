import { Type } from "typebox";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import type { Clock } from "../kit/clock.ts";
import { PolicyPatch } from "./policy.http.ts";
import { type PreviewPolicy, STRANDED_NAMED } from "./preview-policy.ts";

export interface PolicyPreviewRoutes {
  readonly need: NeedRights;
  readonly previewPolicy: PreviewPolicy;
  readonly clock: Clock;
}

const Stranded = Type.Object(
  { id: Type.String(), userPrincipalName: Type.String(), reason: Type.String({ description: "Why they could not any more." }) },
  exact,
);
const PreviewView = Type.Object(
  {
    canResetBefore: Type.Integer(),
    canResetAfter: Type.Integer(),
    gains: Type.Integer(),
    loses: Type.Integer(),
    stranded: Type.Object(
      { count: Type.Integer(), sample: Type.Array(Stranded, { description: `At most ${STRANDED_NAMED}, in no order.` }) },
      { ...exact, description: "Who could reset before and could not after." },
    ),
    unchanged: Type.Integer(),
  },
  exact,
);

/** What a change of the policy would do, before it is made (contract, section 6). */
export function registerPolicyPreviewRoute(app: Server, use: PolicyPreviewRoutes): void {
  app.post(
    "/v1/policy/preview",
    {
      // It names people, and tells who of them can reset.
      onRequest: use.need("policy:read", "users:read"),
      schema: {
        tags: ["Policy"],
        security: [{ accessToken: [] }],
        summary: "Try a change of the policy out",
        description:
          "The body is that of `PATCH /v1/policy`. Everybody is judged by both policies, by the rules that decide; nothing is changed.",
        body: PolicyPatch,
        response: answers({ 200: PreviewView }, 400, 401, 403, 413, 415, 503),
      },
    },
    async (request) => {
      const { version: _, ...patch } = request.body;
      const { stranded, ...counts } = await use.previewPolicy(callerOf(request).tenantId, patch, use.clock.now());
      return { ...counts, stranded: { count: stranded.count, sample: [...stranded.sample] } };
    },
  );
}
