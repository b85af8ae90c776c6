import { Type } from "typebox";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact, Nothing } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import type { Clock } from "../kit/clock.ts";
import type { Leave } from "./leave.ts";
import { UserId } from "./user-bodies.ts";
import { actOf } from "./user-writer.ts";

export interface LeavingRoutes {
  readonly need: NeedRights;
  readonly leave: Leave;
  readonly clock: Clock;
}

const params = Type.Object({ id: UserId }, exact);

const ROUTES = [
  {
    method: "DELETE",
    url: "/v1/users/:id",
    what: "remove",
    summary: "Remove a person",
    description:
      "For 30 days they can be restored, and the name stays taken; then they are deleted for good. Sign-in, sessions, running resets, links and codes end at once.",
  },
  {
    method: "POST",
    url: "/v1/users/:id/restore",
    what: "restore",
    summary: "Bring back a person who was removed",
    description:
      "Methods must be verified anew within a day, and the password be changed at the next sign-in. Sessions and links of before stay dead.",
  },
  {
    method: "POST",
    url: "/v1/users/:id/offboard",
    what: "offboard",
    summary: "Everything that is due when a person leaves, in one act",
    description: "Disables the account, ends sessions, links and codes, takes roles, groups and methods away, and removes the person.",
  },
] as const;

/** People who leave, and come back (contract, section 6). */
export function registerLeavingRoutes(app: Server, { need, leave, clock }: LeavingRoutes): void {
  for (const { method, url, what, summary, description } of ROUTES)
    app.route<{ Params: { id: string } }>({
      method,
      url,
      onRequest: need("users:write"),
      schema: {
        tags: ["Users"],
        security: [{ accessToken: [] }],
        summary,
        description,
        params,
        response: answers({ 204: Nothing }, 400, 401, 403, 404, 409, 503),
      },
      handler: async (request, reply) => {
        await leave(what, request.params.id, actOf(callerOf(request), clock));
        return reply.code(204).send(null);
      },
    });
}
