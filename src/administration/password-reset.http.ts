import type { FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import { answerOnce, idempotencyKey, type KeptAnswer, type KeptAnswers } from "../http/idempotency.ts";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact, Timestamp } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { type Clock, timestamp } from "../kit/clock.ts";
import { UserId } from "../users/user-bodies.ts";
import { actOf } from "../users/user-writer.ts";
import type { ResetForSomebody, ResetOutcome } from "./reset-for-somebody.ts";

export interface PasswordResetRoute {
  readonly need: NeedRights;
  readonly resetForSomebody: Pick<ResetForSomebody, "ask">;
  readonly keptAnswers: KeptAnswers;
  readonly clock: Clock;
}

const Params = Type.Object({ id: UserId }, exact);
const Body = Type.Object(
  {
    mode: Type.Optional(Type.Unsafe<"temporaryPassword" | "link">({ type: "string", enum: ["temporaryPassword", "link"] })),
    password: Type.Optional(Type.String({ minLength: 1, maxLength: 8192, description: "Typed in; one is made where there is none." })),
    mustChange: Type.Optional(
      Type.Boolean({ description: "true (default): good for the change of password alone. false: it lasts, and nobody has to change it." }),
    ),
    emailTo: Type.Optional(
      Type.String({
        minLength: 3,
        maxLength: 320,
        description:
          "A one-time link goes there, never the password. A stored address of the person; any other where the policy's `temporaryPassword.emailTo` is `any`.",
      }),
    ),
    lifetimeHours: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 8760,
        description: "Instead of the policy's; 0: no end. A link ends after 72 hours at the latest.",
      }),
    ),
  },
  exact,
);
const Done = Type.Object(
  {
    temporaryPassword: Type.Optional(Type.String({ description: "The one that was made; shown in this answer alone." })),
    expiresAt: Type.Union([Timestamp, Type.Null()], { description: "Of the password, or of the link where there is none; null: no end." }),
  },
  exact,
);
const Waiting = Type.Object({ approvalId: Type.String() }, exact);

/** A new password for somebody else, or a link to set one (contract, section 6). */
export function registerPasswordResetRoute(app: Server, use: PasswordResetRoute): void {
  app.post(
    "/v1/users/:id/password-reset",
    {
      onRequest: use.need("resets:write"),
      schema: {
        tags: ["Users"],
        security: [{ accessToken: [] }],
        summary: "Reset the password of somebody else",
        description:
          "Ends the sessions and the lockout of the person, and every older link. `mode: link` takes the old password out of use and mails a one-time link to every stored mail address, or to `emailTo`. The person is told, and the Global Administrators. 202: it waits for a second person.",
        params: Params,
        headers: Type.Object({ "idempotency-key": Type.Optional(Type.String({ maxLength: 255 })) }),
        body: Body,
        response: answers({ 200: Done, 202: Waiting }, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
      },
    },
    async (request, reply) => {
      const { status, body, repeated } = await once(request, request.params.id, request.body, use);
      if (repeated) reply.header("idempotency-replayed", "true");
      // Nobody keeps it: not a proxy, not the browser of a help desk.
      reply.header("cache-control", "no-store");
      return status === 202 ? reply.code(202).send(body as Static<typeof Waiting>) : reply.code(200).send(body as Static<typeof Done>);
    },
  );
}

async function once(
  request: FastifyRequest,
  id: string,
  body: Static<typeof Body>,
  { resetForSomebody, keptAnswers, clock }: PasswordResetRoute,
): Promise<KeptAnswer & { readonly repeated: boolean }> {
  const caller = callerOf(request);
  const key = idempotencyKey(request.headers["idempotency-key"]);
  const act = async () => answerOf(await resetForSomebody.ask(actOf(caller, clock), id, body));
  if (key === null) return { ...(await act()), repeated: false };
  const call = { caller: caller.id, key, request: `POST /v1/users/${id}/password-reset ${JSON.stringify(body)}` };
  return answerOnce(keptAnswers, call, clock, act);
}

function answerOf(outcome: ResetOutcome): KeptAnswer {
  if (outcome.outcome === "waiting") return { status: 202, body: { approvalId: outcome.approvalId } };
  const { temporaryPassword, expiresAt } = outcome;
  const shown = temporaryPassword === undefined ? {} : { temporaryPassword };
  return { status: 200, body: { ...shown, expiresAt: expiresAt === null ? null : timestamp(expiresAt) } };
}
