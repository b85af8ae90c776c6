import { Type } from "typebox";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact, Timestamp } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { timestamp } from "../kit/clock.ts";
import type { AskPolicySpread } from "./policy-spread.ts";

const ProcessView = Type.Object(
  {
    id: Type.String(),
    role: Type.String({ description: "`server`, `worker`, or `all`." }),
    startedAt: Timestamp,
    seenAt: Timestamp,
    version: Type.Union([Type.Integer(), Type.Null()], { description: "What it answered; null: nothing, within a second." }),
    follows: Type.Boolean({ description: "It reads `version` of the policy, or a later one." }),
  },
  exact,
);
const SpreadView = Type.Object({ version: Type.Integer(), items: Type.Array(ProcessView), nextCursor: Type.Null() }, exact);

/** "Is my policy everywhere yet?" (contract, section 6) */
export function registerPolicySpreadRoute(app: Server, use: { need: NeedRights; askSpread: AskPolicySpread }): void {
  app.get(
    "/v1/policy/spread",
    {
      onRequest: use.need("policy:read"),
      schema: {
        tags: ["Policy"],
        security: [{ accessToken: [] }],
        summary: "Which version of the policy each process follows",
        description:
          "Each is asked and reads the policy itself. One that ended without a word is listed for half a minute, without an answer.",
        response: answers({ 200: SpreadView }, 401, 403, 503),
      },
    },
    async (request) => {
      const { version, processes } = await use.askSpread(callerOf(request).tenantId);
      const viewed = processes.map(({ startedAt, seenAt, ...one }) => ({
        ...one,
        startedAt: timestamp(startedAt),
        seenAt: timestamp(seenAt),
      }));
      return { version, items: viewed, nextCursor: null };
    },
  );
}
