import { type Static, Type } from "typebox";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { Problem } from "../kit/problem.ts";
import { CHALLENGE_METHODS, type ChallengeMethod } from "../methods/method.ts";
import { UserId } from "../users/user-bodies.ts";
import { type Circumstances, type Eligibility, INELIGIBLE_REASONS, type IneligibleReason, type RuleOutcome } from "./eligibility.ts";
import type { ExplainEligibility } from "./explain-eligibility.ts";
import { microsoftCode } from "./microsoft-code.ts";

export interface ResetEligibilityRoutes {
  readonly need: NeedRights;
  readonly explain: ExplainEligibility;
  readonly circumstances: () => Circumstances;
}

const word = <const T extends string>(words: readonly T[]) => Type.Unsafe<T>({ type: "string", enum: [...words] });
const Method = word(CHALLENGE_METHODS);
const Reason = Type.Union([Type.Unsafe<IneligibleReason>({ type: "string", enum: [...INELIGIBLE_REASONS] }), Type.Null()], {
  description: "The first rule that failed; null: none did.",
});
const OUTCOMES = ["passed", "failed", "not-asked", "noted"] as const satisfies readonly RuleOutcome["outcome"][];
const EligibilityView = Type.Object(
  {
    canReset: Type.Boolean(),
    reason: Reason,
    microsoftCode: Type.Union([Type.String(), Type.Null()], { description: "The code that Microsoft gives for the same reason." }),
    gatesRequired: Type.Integer(),
    methodsAllowed: Type.Array(Method),
    methodsUsable: Type.Array(Type.Object({ method: Method, methodId: Type.String(), hint: Type.String() }, exact)),
    policy: word(["user", "administrator"]),
    trace: Type.Array(
      Type.Object(
        { rule: Type.String(), outcome: word(OUTCOMES), detail: Type.String({ description: "In words that can be read out." }) },
        exact,
      ),
      { description: "Every rule, in the order in which they are judged. `noted` tells what stands behind a rule and decides nothing." },
    ),
  },
  exact,
);

/** "Why can they not reset?", answered by what decides (contract, section 6). */
export function registerResetEligibilityRoute(app: Server, use: ResetEligibilityRoutes): void {
  app.get(
    "/v1/users/:id/reset-eligibility",
    {
      onRequest: use.need("users:read"),
      schema: {
        tags: ["Users"],
        security: [{ accessToken: [] }],
        summary: "Whether a person can reset, and why",
        description: "With `as=user` an administrator is judged as anybody would be, to try a policy out.",
        params: Type.Object({ id: UserId }, exact),
        querystring: Type.Object({ as: Type.Optional(Type.Literal("user")) }, exact),
        response: answers({ 200: EligibilityView }, 400, 401, 403, 404, 503),
      },
    },
    async (request) => {
      const whose = { tenantId: callerOf(request).tenantId, user: request.params.id, asUser: request.query.as === "user" };
      const judged = await use.explain(whose, use.circumstances());
      if (judged === null) throw new Problem("not-found");
      return viewEligibility(judged);
    },
  );
}

function viewEligibility(judged: Eligibility): Static<typeof EligibilityView> {
  const { canReset, reason, gatesRequired, policy } = judged;
  const methodsAllowed: ChallengeMethod[] = [...judged.methodsAllowed];
  const methodsUsable = judged.methodsUsable.map(({ method, methodId, hint }) => ({ method, methodId, hint }));
  const trace = judged.trace.map(({ rule, outcome, detail }) => ({ rule, outcome, detail }));
  return { canReset, reason, microsoftCode: microsoftCode(reason), gatesRequired, methodsAllowed, methodsUsable, policy, trace };
}
