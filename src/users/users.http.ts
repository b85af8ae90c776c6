import { type Static, Type } from "typebox";
import type { Administering } from "../http/caller.ts";
import { pageAsked } from "../http/page.ts";
import { callerOf, demandRight, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact, PageQuery, pageOf } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import type { Clock } from "../kit/clock.ts";
import { cursorAt } from "../kit/cursor.ts";
import { Problem } from "../kit/problem.ts";
import type { Circumstances } from "../policy/eligibility.ts";
import type { ChangeUser } from "./change-user.ts";
import type { CreateUser } from "./create-user.ts";
import { RESTORABLE_MS } from "./leaving.ts";
import type { ListQuery, ListUsers, ReadUser } from "./list-users.ts";
import { NewPersonSchema, UserId, UserPatchSchema, userFilters } from "./user-bodies.ts";
import { type UserView, UserViewSchema } from "./user-view.ts";
import { actOf } from "./user-writer.ts";

export interface UserRoutes {
  readonly need: NeedRights;
  readonly createUser: CreateUser;
  readonly changeUser: ChangeUser;
  readonly readUser: ReadUser;
  readonly listUsers: ListUsers;
  readonly circumstances: () => Circumstances;
  readonly clock: Clock;
}

const Query = Type.Object({ ...userFilters, ...PageQuery }, exact);
const Params = Type.Object({ id: UserId }, exact);
const about = { tags: ["Users"], security: [{ accessToken: [] }] };

/** People of the caller's organisation, and of no other (contract, section 6). */
export function registerUserRoutes(app: Server, use: UserRoutes): void {
  const { need } = use;
  const read = async (caller: Administering, id: string): Promise<UserView> => {
    const user = await use.readUser(caller.tenantId, id, use.circumstances(), caller);
    if (user === null) throw new Problem("not-found");
    return user;
  };
  app.get(
    "/v1/users",
    {
      onRequest: need("users:read"),
      schema: {
        ...about,
        summary: "List people",
        querystring: Query,
        response: answers({ 200: pageOf(UserViewSchema) }, 400, 401, 403, 503),
      },
    },
    async (request) => {
      const page = pageAsked(request.query);
      const { items, next } = await use.listUsers(callerOf(request), filterOf(request.query, use.clock.now()), page, use.circumstances());
      return { items, nextCursor: next === null ? null : cursorAt(next) };
    },
  );
  app.post(
    "/v1/users",
    {
      onRequest: need("users:write"),
      schema: {
        ...about,
        summary: "Add a person",
        description: "`methods` needs the scope methods:write as well, `groups` groups:write.",
        body: NewPersonSchema,
        response: answers({ 201: UserViewSchema }, 400, 401, 403, 409, 413, 415, 422, 503),
      },
    },
    async (request, reply) => {
      const { body } = request;
      const caller = callerOf(request);
      if (body.methods !== undefined) demandRight(caller, "methods:write");
      if (body.groups !== undefined) demandRight(caller, "groups:write");
      const id = await use.createUser(actOf(caller, use.clock), body);
      return reply
        .code(201)
        .header("location", `/v1/users/${id}`)
        .send(await read(caller, id));
    },
  );
  app.get(
    "/v1/users/:id",
    {
      onRequest: need("users:read"),
      schema: { ...about, summary: "One person", params: Params, response: answers({ 200: UserViewSchema }, 400, 401, 403, 404, 503) },
    },
    async (request) => read(callerOf(request), request.params.id),
  );
  app.patch(
    "/v1/users/:id",
    {
      onRequest: need("users:write"),
      schema: {
        ...about,
        summary: "Change a person",
        description: "Disabling ends every session. `null` empties a text field.",
        params: Params,
        body: UserPatchSchema,
        response: answers({ 200: UserViewSchema }, 400, 401, 403, 404, 409, 413, 415, 503),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      if (request.body.breakGlass !== undefined) demandRight(caller, "roles:write");
      const id = await use.changeUser(actOf(caller, use.clock), request.params.id, request.body);
      return read(caller, id);
    },
  );
}

function filterOf(
  { search, role, group, registered, enabled, licensed, deleted, directory }: Static<typeof Query>,
  now: number,
): ListQuery {
  return {
    ...(search === undefined || search === "" ? {} : { search }),
    ...(role === undefined ? {} : { role }),
    ...(group === undefined ? {} : { group }),
    ...(registered === undefined ? {} : { registered: registered === "true" }),
    ...(enabled === undefined ? {} : { enabled: enabled === "true" }),
    ...(licensed === undefined ? {} : { licensed: licensed === "true" }),
    ...(deleted === "true" ? { removedAfter: now - RESTORABLE_MS } : {}),
    ...(directory === undefined ? {} : { directory: directory === "builtIn" ? null : directory }),
  };
}
