import { Type } from "typebox";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import type { Clock } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import type { Circumstances } from "../policy/eligibility.ts";
import type { ReadUser } from "../users/list-users.ts";
import { ContactDataSchema, UserId } from "../users/user-bodies.ts";
import { MethodViewSchema } from "../users/user-view.ts";
import { actOf } from "../users/user-writer.ts";
import type { PrefillMethods } from "./prefill-methods.ts";

export interface PrefillRoutes {
  readonly need: NeedRights;
  readonly readUser: ReadUser;
  readonly prefillMethods: PrefillMethods;
  readonly circumstances: () => Circumstances;
  readonly clock: Clock;
}

const Params = Type.Object({ id: UserId }, exact);
const Body = Type.Object({ methods: ContactDataSchema }, exact);
const Methods = Type.Object({ methods: Type.Array(MethodViewSchema) }, exact);
const about = { tags: ["Users"], security: [{ accessToken: [] }] };

/** Contact data that administrators fill in (contract, section 6). Values go in and never come out: answers show masked hints. */
export function registerPrefillRoutes(app: Server, use: PrefillRoutes): void {
  const { need } = use;
  const read = async (tenantId: string, id: string) => {
    const user = await use.readUser(tenantId, id, use.circumstances());
    if (user === null) throw new Problem("not-found");
    return { methods: user.securityInfo.methods };
  };
  app.get(
    "/v1/users/:id/methods",
    {
      onRequest: need("methods:read"),
      schema: { ...about, summary: "A person's methods", params: Params, response: answers({ 200: Methods }, 400, 401, 403, 404, 503) },
    },
    async (request) => read(callerOf(request).tenantId, request.params.id),
  );
  app.put(
    "/v1/users/:id/methods",
    {
      onRequest: need("methods:write"),
      schema: {
        ...about,
        summary: "Fill in contact data",
        description: "Replaces the values marked `source: admin`, and no others.",
        params: Params,
        body: Body,
        response: answers({ 200: Methods }, 400, 401, 403, 404, 413, 415, 503),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const id = await use.prefillMethods(actOf(caller, use.clock), request.params.id, request.body.methods);
      return read(caller.tenantId, id);
    },
  );
}
