import { type Static, Type } from "typebox";
import { pageAsked, pageOut } from "../http/page.ts";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact, Nothing, PageQuery, pageOf } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import type { Clock } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import type { GroupMember, GroupMemberStore } from "./group-store.ts";
import { groupId } from "./groups.http.ts";
import { UserId } from "./user-bodies.ts";
import { userAddress } from "./user-record.ts";
import { actOf } from "./user-writer.ts";

export interface GroupMemberRoutes {
  readonly need: NeedRights;
  readonly members: GroupMemberStore;
  readonly clock: Clock;
}

const MemberView = Type.Union([
  Type.Object(
    {
      id: Type.String(),
      type: Type.Literal("user"),
      userPrincipalName: Type.String(),
      displayName: Type.Union([Type.String(), Type.Null()]),
    },
    exact,
  ),
  Type.Object({ id: Type.String(), type: Type.Literal("group"), name: Type.String() }, exact),
]);
const GroupParams = Type.Object({ id: Type.String({ maxLength: 100 }) }, exact);
const Params = Type.Object({ id: Type.String({ maxLength: 100 }), memberId: UserId }, exact);
const about = { tags: ["Groups"], security: [{ accessToken: [] }] };

/** Who is in a group by themselves: people, and groups. */
export function registerGroupMemberRoutes(app: Server, { need, members, clock }: GroupMemberRoutes): void {
  app.get(
    "/v1/groups/:id/members",
    {
      onRequest: need("groups:read"),
      schema: {
        ...about,
        summary: "List the members of a group",
        params: GroupParams,
        querystring: Type.Object(PageQuery, exact),
        response: answers({ 200: pageOf(MemberView) }, 400, 401, 403, 404, 503),
      },
    },
    async (request) => {
      const { limit, after } = pageAsked(request.query);
      const found = await members.list(callerOf(request).tenantId, groupId(request.params.id), after, limit + 1);
      if (found === null) throw new Problem("not-found");
      const page = pageOut(found, limit, ({ key }) => key);
      return { ...page, items: page.items.map(viewMember) };
    },
  );
  app.get(
    "/v1/groups/:id/members/:memberId",
    {
      onRequest: need("groups:read"),
      schema: {
        ...about,
        summary: "Whether somebody is a member",
        params: Params,
        response: answers({ 200: MemberView }, 400, 401, 403, 404, 503),
      },
    },
    async (request) => {
      const { id, memberId } = request.params;
      const member = await members.find(callerOf(request).tenantId, groupId(id), userAddress(memberId));
      if (member === null) throw new Problem("not-found");
      return viewMember(member);
    },
  );
  app.put(
    "/v1/groups/:id/members/:memberId",
    {
      onRequest: need(["groups:write", "roles:write"]),
      schema: {
        ...about,
        summary: "Put a person or a group into a group",
        description: "Into one that roles can be given to people alone, and by roles:write alone; never oneself.",
        params: Params,
        response: answers({ 204: Nothing }, 400, 401, 403, 404, 409, 503),
      },
    },
    async (request, reply) => {
      const { id, memberId } = request.params;
      const done = await members.add(groupId(id), userAddress(memberId), actOf(callerOf(request), clock));
      if (done === "unknown") throw new Problem("not-found");
      if (done === "cycle") throw new Problem("conflict", { detail: "A group cannot be in itself, not through other groups either." });
      if (done === "people-alone")
        throw new Problem("conflict", { detail: "A group that roles can be given to holds people alone, and is in no other group." });
      return reply.code(204).send(null);
    },
  );
  app.delete(
    "/v1/groups/:id/members/:memberId",
    {
      onRequest: need(["groups:write", "roles:write"]),
      schema: {
        ...about,
        summary: "Take a member out of a group",
        params: Params,
        response: answers({ 204: Nothing }, 400, 401, 403, 404, 409, 503),
      },
    },
    async (request, reply) => {
      const { id, memberId } = request.params;
      const done = await members.remove(groupId(id), userAddress(memberId), actOf(callerOf(request), clock));
      if (done === "unknown") throw new Problem("not-found");
      return reply.code(204).send(null);
    },
  );
}

function viewMember({ id, type, name, displayName }: GroupMember): Static<typeof MemberView> {
  return type === "user" ? { id, type, userPrincipalName: name, displayName } : { id, type, name };
}
