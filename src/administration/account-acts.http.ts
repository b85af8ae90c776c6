import { Type } from "typebox";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact, Nothing } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import type { Clock } from "../kit/clock.ts";
import { UserId } from "../users/user-bodies.ts";
import { actOf } from "../users/user-writer.ts";
import type { ActOnAccount } from "./account-acts.ts";

export interface AccountActRoutes {
  readonly need: NeedRights;
  readonly actOnAccount: ActOnAccount;
  readonly clock: Clock;
}

const params = Type.Object({ id: UserId }, exact);
const about = { tags: ["Users"], security: [{ accessToken: [] }] };
const response = answers({ 204: Nothing }, 400, 401, 403, 404, 503);

const ROUTES = [
  {
    url: "/v1/users/:id/unlock",
    right: "resets:write",
    what: "unlock",
    summary: "Lift what locks a person out",
    description: "The lockout of sign-in, and every pause and block of a method after wrong codes. The password stays.",
  },
  {
    url: "/v1/users/:id/revoke-sessions",
    right: "resets:write",
    what: "revokeSessions",
    summary: "End every session of a person",
    description: "At once, and running resets with them. The password stays.",
  },
  {
    url: "/v1/users/:id/unfreeze",
    right: "users:write",
    what: "unfreeze",
    summary: "Let a person reset again who said that it was not them",
    description:
      "Lifts the freeze of recovery. To be done once the person's security info is known to be their own; earlier links of this kind end.",
  },
] as const;

/** For an account that is stuck (contract, section 6). */
export function registerAccountActRoutes(app: Server, { need, actOnAccount, clock }: AccountActRoutes): void {
  for (const { url, right, what, summary, description } of ROUTES)
    app.post(url, { onRequest: need(right), schema: { ...about, summary, description, params, response } }, async (request, reply) => {
      const { id } = request.params as { id: string };
      await actOnAccount[what](id, actOf(callerOf(request), clock));
      return reply.code(204).send(null);
    });
  app.post(
    "/v1/users/:id/methods/:methodId/unblock",
    {
      onRequest: need("methods:write"),
      schema: {
        ...about,
        summary: "Let a method be used again after wrong codes",
        description: "Lifts its block, and the pause of its kind.",
        params: Type.Object({ id: UserId, methodId: Type.String({ maxLength: 100 }) }, exact),
        response,
      },
    },
    async (request, reply) => {
      const { id, methodId } = request.params;
      await actOnAccount.unblockMethod(id, methodId, actOf(callerOf(request), clock));
      return reply.code(204).send(null);
    },
  );
}
