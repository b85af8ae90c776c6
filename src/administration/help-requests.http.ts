import { Type } from "typebox";
import { requestOrigin } from "../http/request-origin.ts";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact, Nothing, PageQuery, pageOf, Timestamp } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { type Clock, timestamp } from "../kit/clock.ts";
import { cursorAt, keyOfCursor } from "../kit/cursor.ts";
import { faulty } from "../kit/field-faults.ts";
import { Problem } from "../kit/problem.ts";
import { judgeReach, outOfReach } from "../users/reach.ts";
import { type ActingCaller, actOf } from "../users/user-writer.ts";
import type { AskForHelp } from "./ask-for-help.ts";
import type { HelpRequest, HelpRequestStore } from "./help-request.ts";

export interface HelpRequestRoutes {
  readonly need: NeedRights;
  readonly askForHelp: AskForHelp;
  readonly requests: Pick<HelpRequestStore, "list" | "resolve">;
  readonly clock: Clock;
}

const Ask = Type.Object(
  {
    userPrincipalName: Type.String({ minLength: 1, maxLength: 320 }),
    message: Type.Optional(Type.String({ maxLength: 500 })),
    proofOfWork: Type.Optional(Type.String({ maxLength: 8192 })),
  },
  exact,
);
const Accepted = Type.Object({}, { ...exact, description: "Nothing is told." });
const Text = Type.Union([Type.String(), Type.Null()]);
const View = Type.Object(
  {
    id: Type.String(),
    supportCode: Type.String(),
    user: Type.Object({ id: Type.String({ format: "uuid" }), userPrincipalName: Type.String(), displayName: Text }, exact),
    message: Type.Union([Type.String(), Type.Null()], { description: "By whoever asked, which may be anybody." }),
    times: Type.Integer({ description: "How often help was asked for since the request was opened." }),
    requestedAt: Timestamp,
    lastRequestedAt: Timestamp,
    resolved: Type.Union([
      Type.Object({ at: Timestamp, by: Type.Object({ kind: Type.String(), id: Type.Optional(Type.String()) }, exact), note: Text }, exact),
      Type.Null(),
    ]),
    actions: Type.Object(
      { resetPassword: Type.Object({ allowed: Type.Boolean(), reason: Type.Optional(Type.String()) }, exact) },
      { ...exact, description: "What the caller may do for the person." },
    ),
  },
  exact,
);
const Query = Type.Object(
  { ...PageQuery, state: Type.Optional(Type.Unsafe<"open" | "resolved">({ type: "string", enum: ["open", "resolved"] })) },
  exact,
);
const Params = Type.Object({ id: Type.String({ pattern: "^[A-Za-z0-9_-]{1,64}$" }) }, exact);
const about = { tags: ["Help requests"], security: [{ accessToken: [] }] };

/** Who asked an administrator for help (contract, section 6). */
export function registerHelpRequestRoutes(app: Server, { need, askForHelp, requests, clock }: HelpRequestRoutes): void {
  app.post(
    "/v1/help-requests",
    {
      schema: {
        tags: ["Help requests"],
        summary: "Ask an administrator for help",
        description: "202 always, whoever has the name. Those who may reset that very person are told, and the person is.",
        body: Ask,
        response: answers({ 202: Accepted }, 400, 403, 413, 415, 429, 503),
      },
    },
    async (request, reply) => {
      await askForHelp(request.body, requestOrigin(request));
      return reply.code(202).send({});
    },
  );
  app.get(
    "/v1/help-requests",
    {
      onRequest: need("users:read"),
      schema: {
        ...about,
        summary: "Who asked for help",
        description: "Those of the organisation that are open, newest first; `state=resolved` has the others.",
        querystring: Query,
        response: answers({ 200: pageOf(View) }, 400, 401, 403, 503),
      },
    },
    async (request) => {
      const { limit = "50", cursor, state = "open" } = request.query;
      const caller = callerOf(request);
      const after = cursor === undefined ? null : keyOfCursor(cursor);
      if (cursor !== undefined && after === null) throw faulty([{ field: "/cursor", reason: "is none of ours" }]);
      const page = await requests.list(caller.tenantId, state, { limit: Number(limit), after });
      return { items: page.items.map((item) => viewOf(item, caller)), nextCursor: page.next === null ? null : cursorAt(page.next) };
    },
  );
  app.post(
    "/v1/help-requests/:id/resolve",
    {
      onRequest: need("resets:write"),
      schema: {
        ...about,
        summary: "Say that somebody was helped",
        params: Params,
        // The contract names no body: without one nothing is noted.
        body: Type.Union([
          Type.Object({ note: Type.Optional(Type.String({ maxLength: 500, pattern: "^[^\\u0000]*$" })) }, exact),
          Type.Null(),
        ]),
        response: answers({ 204: Nothing }, 400, 401, 403, 404, 409, 413, 415, 503),
      },
    },
    async (request, reply) => {
      const outcome = await requests.resolve(actOfCaller(callerOf(request), clock), request.params.id, request.body?.note ?? null);
      if (typeof outcome === "object") throw outOfReach(outcome);
      if (outcome === "unknown") throw new Problem("not-found");
      if (outcome === "resolved-before") throw new Problem("conflict", { detail: "It was resolved before." });
      return reply.code(204).send(null);
    },
  );
}

function actOfCaller(caller: ActingCaller, clock: Clock) {
  return { ...actOf(caller, clock), actor: { kind: caller.kind, id: caller.id } };
}

function viewOf({ person, requestedAt, lastRequestedAt, resolved, ...request }: HelpRequest, { kind, id, roles }: ActingCaller) {
  const beyond = judgeReach({ actor: { kind, id }, roles }, person, "reset");
  const { id: userId, userPrincipalName, displayName } = person;
  return {
    ...request,
    user: { id: userId, userPrincipalName, displayName },
    requestedAt: timestamp(requestedAt),
    lastRequestedAt: timestamp(lastRequestedAt),
    resolved: resolved === null ? null : { ...resolved, at: timestamp(resolved.at) },
    actions: { resetPassword: beyond === null ? { allowed: true } : { allowed: false, reason: beyond.reason } },
  };
}
