import { Type } from "typebox";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact, Nothing, Timestamp } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { type Clock, timestamp } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import type { Circumstances } from "../policy/eligibility.ts";
import type { ReadUser } from "../users/list-users.ts";
import { outOfReach } from "../users/reach.ts";
import type { RequireRegistration } from "../users/require-registration.ts";
import { UserId } from "../users/user-bodies.ts";
import { userAddress } from "../users/user-record.ts";
import { actOf } from "../users/user-writer.ts";
import { INTERRUPTS, type Interrupt, type InterruptsOf } from "./interrupts.ts";

export interface InterruptRoutes {
  readonly need: NeedRights;
  readonly readUser: ReadUser;
  readonly interruptsOf: InterruptsOf;
  readonly requireRegistration: RequireRegistration;
  readonly circumstances: () => Circumstances;
  readonly clock: Clock;
}

const Params = Type.Object({ id: UserId }, exact);
const InterruptWord = Type.Unsafe<Interrupt>({ type: "string", enum: [...INTERRUPTS] });
const Due = Type.Object(
  {
    interrupts: Type.Array(InterruptWord, { description: "In the order in which they are asked for." }),
    skippable: Type.Array(InterruptWord, { description: "Those of them that may be put off now." }),
    skippableUntil: Type.Union([Timestamp, Type.Null()], {
      description: "Until when registering may be put off; null where it may not, or is not due.",
    }),
  },
  exact,
);
const about = { tags: ["Users"], security: [{ accessToken: [] }] };

/** For an identity provider that sends people here after its own sign-in, and for whoever wants contact data anew (contract, section 6). */
export function registerInterruptRoutes(app: Server, use: InterruptRoutes): void {
  app.post(
    "/v1/users/:id/interrupts",
    {
      onRequest: use.need("users:read"),
      schema: {
        ...about,
        summary: "What is due of a person after a sign-in",
        description: "Counts as a sign-in that asks: the days in which registering can be put off begin with the first.",
        params: Params,
        response: answers({ 200: Due }, 400, 401, 403, 404, 503),
      },
    },
    async (request) => {
      const user = await use.readUser(callerOf(request).tenantId, request.params.id, use.circumstances());
      if (user === null) throw new Problem("not-found");
      const { interrupts, skippable, skippableUntil } = await use.interruptsOf(user.id, use.clock.now());
      const until = skippableUntil === undefined ? null : timestamp(skippableUntil);
      return { interrupts: [...interrupts], skippable: [...skippable], skippableUntil: until };
    },
  );
  app.post(
    "/v1/users/:id/require-registration",
    {
      onRequest: use.need("users:write"),
      schema: {
        ...about,
        summary: "Have a person register security info anew",
        description: "Asked for at the next sign-in, and cannot be put off. What is registered stays until then.",
        params: Params,
        response: answers({ 204: Nothing }, 400, 401, 403, 404, 503),
      },
    },
    async (request, reply) => {
      const done = await use.requireRegistration(userAddress(request.params.id), actOf(callerOf(request), use.clock));
      if (done.outcome === "unknown") throw new Problem("not-found");
      if (done.outcome === "out-of-reach") throw outOfReach(done.beyond);
      return reply.code(204).send(null);
    },
  );
}
