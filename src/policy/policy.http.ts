import { type Static, Type } from "typebox";
import { entityTag, ifMatch, type MatchesVersion } from "../http/entity-tag.ts";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import type { Clock } from "../kit/clock.ts";
import { faulty } from "../kit/field-faults.ts";
import { CHALLENGE_METHODS, type ChallengeMethod } from "../methods/method.ts";
import { actOf } from "../users/user-writer.ts";
import type { ChangePolicies } from "./change-policy.ts";
import { patchSchema } from "./policy-patch.ts";
import type { PolicyStore, StoredPolicies } from "./policy-store.ts";
import { AdministratorPolicySchema, TenantPolicySchema } from "./tenant-policy.ts";

export interface PolicyRoutes {
  readonly need: NeedRights;
  readonly readPolicies: PolicyStore["read"];
  readonly change: Pick<ChangePolicies, "people" | "administrators">;
  readonly clock: Clock;
}

const version = Type.Integer({ description: "Raised by every change of this policy or the administrators'; the ETag is made of it." });
const PolicyView = Type.Object({ ...TenantPolicySchema.properties, version }, exact);
const AdministratorPolicyView = Type.Object({ ...AdministratorPolicySchema.properties, version }, exact);
/** What was read may be sent back whole: its `version` changes nothing, and has to be the one that stands. */
export const PolicyPatch = patchSchema(PolicyView);
/** Wider than the policy itself, so that a wish below the floor is told from a mistake. */
const AdministratorPolicyPatch = Type.Object(
  {
    enabled: Type.Optional(Type.Boolean()),
    methodsRequired: Type.Optional(Type.Integer({ minimum: 0, maximum: 10 })),
    methods: Type.Optional(
      Type.Array(Type.Unsafe<ChallengeMethod>({ type: "string", enum: [...CHALLENGE_METHODS] }), {
        maxItems: CHALLENGE_METHODS.length,
        uniqueItems: true,
      }),
    ),
    version: Type.Optional(version),
  },
  { ...exact, minProperties: 1 },
);
const about = { tags: ["Policy"], security: [{ accessToken: [] }] };
/** The act waits for a second person (contract, section 6). */
export const WaitingView = Type.Object(
  { approvalId: Type.String({ description: "`GET /v1/approvals/{id}` tells what became of it." }) },
  exact,
);
const CONDITIONAL =
  "`If-Match` with the ETag of what you read is needed: 428 without, 412 when it has changed since. Where the two-person rule is on, what weakens the policy waits for a second person: 202.";

/** The policy of the caller's organisation, and the one of its administrators (contract, section 6). */
export function registerPolicyRoutes(app: Server, use: PolicyRoutes): void {
  const { need } = use;
  app.get(
    "/v1/policy",
    { onRequest: need("policy:read"), schema: { ...about, summary: "The policy", response: answers({ 200: PolicyView }, 401, 403, 503) } },
    async (request, reply) => {
      const stored = await use.readPolicies(callerOf(request).tenantId);
      return reply.header("etag", entityTag(stored.version)).send(viewPolicy(stored));
    },
  );
  app.patch(
    "/v1/policy",
    {
      onRequest: need("policy:write"),
      schema: {
        ...about,
        summary: "Change the policy",
        description: `A JSON merge patch: objects are merged, arrays replaced. ${CONDITIONAL}`,
        body: PolicyPatch,
        response: answers({ 200: PolicyView, 202: WaitingView }, 400, 401, 403, 409, 412, 413, 415, 428, 503),
      },
    },
    async (request, reply) => {
      const act = actOf(callerOf(request), use.clock);
      const { version: read, ...patch } = request.body;
      const answer = await use.change.people(act, seen(request.headers["if-match"], read), patch);
      if (answer.outcome === "waiting") return reply.code(202).send({ approvalId: answer.approvalId });
      return reply.header("etag", entityTag(answer.stored.version)).send(viewPolicy(answer.stored));
    },
  );
  app.get(
    "/v1/policy/administrators",
    {
      onRequest: need("policy:read"),
      schema: { ...about, summary: "The administrators' policy", response: answers({ 200: AdministratorPolicyView }, 401, 403, 503) },
    },
    async (request, reply) => {
      const stored = await use.readPolicies(callerOf(request).tenantId);
      return reply.header("etag", entityTag(stored.version)).send(viewAdministratorPolicy(stored));
    },
  );
  app.patch(
    "/v1/policy/administrators",
    {
      onRequest: need("policy:write"),
      schema: {
        ...about,
        summary: "Change the administrators' policy",
        description: `It can be switched off or tightened, never weakened below two different methods. ${CONDITIONAL}`,
        body: AdministratorPolicyPatch,
        response: answers({ 200: AdministratorPolicyView, 202: WaitingView }, 400, 401, 403, 409, 412, 413, 415, 422, 428, 503),
      },
    },
    async (request, reply) => {
      const act = actOf(callerOf(request), use.clock);
      const { version: read, ...patch } = request.body;
      const answer = await use.change.administrators(act, seen(request.headers["if-match"], read), patch);
      if (answer.outcome === "waiting") return reply.code(202).send({ approvalId: answer.approvalId });
      return reply.header("etag", entityTag(answer.stored.version)).send(viewAdministratorPolicy(answer.stored));
    },
  );
}

/** The version that the caller has seen: by the header, and by the body where that is what was read. @throws {Problem} where they differ */
function seen(header: string | undefined, read: unknown): MatchesVersion {
  const matches = ifMatch(header);
  if (read === undefined) return matches;
  if (!matches(Number(read))) throw faulty([{ field: "/version", reason: "is not that of If-Match" }]);
  return (current) => current === read && matches(current);
}

function viewPolicy({ policy, version }: StoredPolicies): Static<typeof PolicyView> {
  return { ...policy, version };
}

function viewAdministratorPolicy({ administratorPolicy, version }: StoredPolicies): Static<typeof AdministratorPolicyView> {
  return { ...administratorPolicy, version };
}
