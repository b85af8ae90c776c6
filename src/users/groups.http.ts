import { type Static, Type } from "typebox";
import { pageAsked, pageOut } from "../http/page.ts";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact, Nothing, PageQuery, pageOf } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import type { Clock } from "../kit/clock.ts";
import { faulty } from "../kit/field-faults.ts";
import { Problem } from "../kit/problem.ts";
import type { Group, GroupStore } from "./group-store.ts";
import { rowProblem } from "./import-problems.ts";
import { plainText } from "./import-values.ts";
import { isUuid } from "./user-record.ts";
import { actOf } from "./user-writer.ts";

export interface GroupRoutes {
  readonly need: NeedRights;
  readonly groups: GroupStore;
  readonly clock: Clock;
}

const LONGEST_NAME = 256;

const GroupView = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    roleAssignable: Type.Boolean({ description: "Roles can be given to it. Said when it is made, and never changed." }),
    roles: Type.Array(Type.String(), { description: "Whoever is in it holds these." }),
  },
  exact,
);
const name = Type.String({ minLength: 1, maxLength: 2 * LONGEST_NAME });
const NewGroupBody = Type.Object({ name, roleAssignable: Type.Optional(Type.Boolean()) }, exact);
const GroupBody = Type.Object({ name }, exact);
/** Ordinary groups by the former, those that roles can be given to by the latter: the store looks which it is. */
const WRITE = ["groups:write", "roles:write"] as const;
const Params = Type.Object({ id: Type.String({ maxLength: 100 }) }, exact);
const Query = Type.Object(
  { search: Type.Optional(Type.String({ maxLength: 256, pattern: "^\\P{Cc}*$", description: "The beginning of a name." })), ...PageQuery },
  exact,
);
const about = { tags: ["Groups"], security: [{ accessToken: [] }] };

/** Groups of the caller's organisation, by which the policy's scope is drawn. */
export function registerGroupRoutes(app: Server, { need, groups, clock }: GroupRoutes): void {
  app.get(
    "/v1/groups",
    {
      onRequest: need("groups:read"),
      schema: { ...about, summary: "List groups", querystring: Query, response: answers({ 200: pageOf(GroupView) }, 400, 401, 403, 503) },
    },
    async (request) => {
      const { limit, after } = pageAsked(request.query);
      const found = await groups.list(callerOf(request).tenantId, request.query.search ?? null, after, limit + 1);
      const page = pageOut(found, limit, ({ key }) => key);
      return { ...page, items: page.items.map(viewGroup) };
    },
  );
  app.post(
    "/v1/groups",
    {
      onRequest: need(WRITE),
      schema: {
        ...about,
        summary: "Add a group",
        description: "`roleAssignable` needs roles:write, which people alone have.",
        body: NewGroupBody,
        response: answers({ 201: GroupView }, 400, 401, 403, 409, 413, 415, 503),
      },
    },
    async (request, reply) => {
      const group = await groups.create(
        { name: readName(request.body.name), roleAssignable: request.body.roleAssignable ?? false },
        actOf(callerOf(request), clock),
      );
      if (group === null) throw taken();
      return reply.code(201).header("location", `/v1/groups/${group.id}`).send(viewGroup(group));
    },
  );
  app.get(
    "/v1/groups/:id",
    {
      onRequest: need("groups:read"),
      schema: { ...about, summary: "One group", params: Params, response: answers({ 200: GroupView }, 400, 401, 403, 404, 503) },
    },
    async (request) => {
      const group = await groups.find(callerOf(request).tenantId, groupId(request.params.id));
      if (group === null) throw new Problem("not-found");
      return viewGroup(group);
    },
  );
  app.patch(
    "/v1/groups/:id",
    {
      onRequest: need(WRITE),
      schema: {
        ...about,
        summary: "Rename a group",
        description: "One that roles can be given to by roles:write alone.",
        params: Params,
        body: GroupBody,
        response: answers({ 200: GroupView }, 400, 401, 403, 404, 409, 413, 415, 503),
      },
    },
    async (request) => {
      const id = groupId(request.params.id);
      const name = readName(request.body.name);
      const done = await groups.rename(id, name, actOf(callerOf(request), clock));
      if (done === "unknown") throw new Problem("not-found");
      if (done === "taken") throw taken();
      return viewGroup(done);
    },
  );
  app.delete(
    "/v1/groups/:id",
    {
      onRequest: need(WRITE),
      schema: {
        ...about,
        summary: "Remove a group",
        description:
          "Its members stay, without it. A group that the policy names cannot be removed; one that roles can be given to by roles:write alone.",
        params: Params,
        response: answers({ 204: Nothing }, 400, 401, 403, 404, 409, 503),
      },
    },
    async (request, reply) => {
      const done = await groups.remove(groupId(request.params.id), actOf(callerOf(request), clock));
      if (done === "unknown") throw new Problem("not-found");
      if (done === "in-use") throw new Problem("conflict", { detail: "The policy's scope names this group. Take it out of there first." });
      return reply.code(204).send(null);
    },
  );
}

function viewGroup({ id, name, roleAssignable, roles }: Group): Static<typeof GroupView> {
  return { id, name, roleAssignable, roles: [...roles] };
}

/** What is no id is the id of nothing. */
export function groupId(text: string): string {
  if (!isUuid(text)) throw new Problem("not-found");
  return text.toLowerCase();
}

function taken(): Problem {
  return new Problem("conflict", { detail: "Another group has this name." });
}

/** Read as an import reads it, so that both find the same group. */
function readName(written: string): string {
  const read = plainText(written, LONGEST_NAME);
  if (read.fault !== undefined) throw faulty([{ field: "/name", reason: rowProblem("name", read.fault).reason }]);
  if (read.value === "") throw faulty([{ field: "/name", reason: "must not be empty" }]);
  return read.value;
}
