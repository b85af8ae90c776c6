import { type Static, Type } from "typebox";
import { entityTag, ifMatch } from "../http/entity-tag.ts";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { CHALLENGE_METHODS, type ChallengeMethod } from "../methods/method.ts";
import type { ChangeAdministratorPolicy, ChangePolicy } from "./change-policy.ts";
import { patchSchema } from "./policy-patch.ts";
import type { PolicyStore, StoredPolicies } from "./policy-store.ts";
import { AdministratorPolicySchema, TenantPolicySchema } from "./tenant-policy.ts";

export interface PolicyRoutes {
  readonly need: NeedRights;
  readonly readPolicies: PolicyStore["read"];
  readonly changePolicy: ChangePolicy;
  readonly changeAdministratorPolicy: ChangeAdministratorPolicy;
}

const version = Type.Integer({ description: "Raised by every change of this policy or the administrators'; the ETag is made of it." });
const PolicyView = Type.Object({ ...TenantPolicySchema.properties, version }, exact);
const AdministratorPolicyView = Type.Object({ ...AdministratorPolicySchema.properties, version }, exact);
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
  },
  { ...exact, minProperties: 1 },
);
const about = { tags: ["Policy"], security: [{ accessToken: [] }] };
const conditional = "`If-Match` with the ETag of what you read is needed: 428 without, 412 when it has changed since.";

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
        description: `A JSON merge patch: objects are merged, arrays replaced. ${conditional}`,
        body: patchSchema(TenantPolicySchema),
        response: answers({ 200: PolicyView }, 400, 401, 403, 412, 413, 415, 428, 503),
      },
    },
    async (request, reply) => {
      const { tenantId, kind, id } = callerOf(request);
      const matches = ifMatch(request.headers["if-match"]);
      const stored = await use.changePolicy({ tenantId, actor: { kind, id }, matches, patch: request.body });
      return reply.header("etag", entityTag(stored.version)).send(viewPolicy(stored));
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
        description: `It can be switched off or tightened, never weakened below two different methods. ${conditional}`,
        body: AdministratorPolicyPatch,
        response: answers({ 200: AdministratorPolicyView }, 400, 401, 403, 412, 413, 415, 422, 428, 503),
      },
    },
    async (request, reply) => {
      const { tenantId, kind, id } = callerOf(request);
      const matches = ifMatch(request.headers["if-match"]);
      const stored = await use.changeAdministratorPolicy({ tenantId, actor: { kind, id }, matches, patch: request.body });
      return reply.header("etag", entityTag(stored.version)).send(viewAdministratorPolicy(stored));
    },
  );
}

function viewPolicy({ policy, version }: StoredPolicies): Static<typeof PolicyView> {
  return { ...policy, version };
}

function viewAdministratorPolicy({ administratorPolicy, version }: StoredPolicies): Static<typeof AdministratorPolicyView> {
  return { ...administratorPolicy, version };
}
