import { Type } from "typebox";
import { bearerToken } from "../http/bearer.ts";
import { requestOrigin } from "../http/request-origin.ts";
import { answers, exact, Nothing, Timestamp } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { ChallengeAnswer, ChallengeBody, MethodSchema, OfferedMethodSchema, readGiven, VerifyBody } from "./challenge-schemas.ts";
import type { CompleteUnlock } from "./complete-unlock.ts";
import type { ResetHolder } from "./flow-holder.ts";
import type { RequestChallenge } from "./request-challenge.ts";
import type { SetPassword } from "./set-password.ts";
import type { StartReset } from "./start-reset.ts";
import type { VerifyCode } from "./verify-code.ts";
import type { CancelReset, ViewReset } from "./view-reset.ts";

export interface ResetRoutes {
  readonly startReset: StartReset;
  readonly requestChallenge: RequestChallenge;
  readonly verifyCode: VerifyCode;
  readonly setPassword: SetPassword;
  readonly completeUnlock: CompleteUnlock;
  readonly viewReset: ViewReset;
  readonly cancelReset: CancelReset;
}

const NextMethod = Type.Object(
  {
    ...OfferedMethodSchema.properties,
    questions: Type.Optional(Type.Array(Type.Object({ id: Type.String(), text: Type.String() }, exact))),
  },
  exact,
);
const PasswordRule = Type.Object({ rule: Type.String(), value: Type.Optional(Type.Integer()) }, exact);
const ResetParams = Type.Object({ id: Type.String({ maxLength: 200 }) }, exact);
const ChallengeParams = Type.Object({ id: Type.String({ maxLength: 200 }), challengeId: Type.String({ maxLength: 200 }) }, exact);

const StartBody = Type.Object(
  {
    userPrincipalName: Type.String({ minLength: 1, maxLength: 320 }),
    purpose: Type.Optional(Type.Union([Type.Literal("reset"), Type.Literal("unlock")])),
    proofOfWork: Type.Optional(Type.String({ minLength: 1, maxLength: 4000 })),
  },
  exact,
);
const StartAnswer = Type.Object(
  {
    id: Type.String(),
    token: Type.String(),
    expiresAt: Timestamp,
    methods: Type.Array(Type.Union([MethodSchema, OfferedMethodSchema])),
    supportCode: Type.String(),
  },
  exact,
);
const VerifyAnswer = Type.Union([
  Type.Object({ next: Type.Literal("challenge"), methods: Type.Array(NextMethod) }, exact),
  Type.Object({ next: Type.Literal("password"), passwordRules: Type.Array(PasswordRule) }, exact),
  Type.Object({ next: Type.Literal("unlock") }, exact),
]);
const PasswordBody = Type.Object({ newPassword: Type.String({ minLength: 1, maxLength: 8192 }) }, exact);
const NotSent = Type.Object(
  { challengeId: Type.String(), method: MethodSchema },
  {
    ...exact,
    description:
      "The pending challenge whose message no provider took: try another way. Only after a first proof, or where the start told.",
  },
);
const ResetAnswer = Type.Object(
  {
    id: Type.String(),
    expiresAt: Timestamp,
    next: Type.Union([Type.Literal("challenge"), Type.Literal("password"), Type.Literal("unlock")]),
    notSent: Type.Optional(NotSent),
  },
  exact,
);

const tags = ["Forgot password"];
const holder = [{ resetToken: [] }];

/** Forgot password over HTTP (contract, section 3). Routes translate; they decide nothing. */
export function registerResetRoutes(app: Server, use: ResetRoutes): void {
  app.post(
    "/v1/password-resets",
    { schema: { tags, summary: "Start a reset", body: StartBody, response: answers({ 201: StartAnswer }, 400, 403, 413, 415, 429, 503) } },
    async (request, reply) => {
      const started = await use.startReset(request.body, requestOrigin(request));
      return reply.code(201).send({ ...started, methods: [...started.methods] });
    },
  );
  app.post(
    "/v1/password-resets/:id/challenges",
    {
      schema: {
        tags,
        summary: "Ask for a code",
        security: holder,
        params: ResetParams,
        body: ChallengeBody,
        response: answers({ 202: ChallengeAnswer }, 400, 401, 413, 415, 429, 503),
      },
    },
    async (request, reply) =>
      reply.code(202).send(await use.requestChallenge(holderOf(request.params.id, request), request.body, requestOrigin(request))),
  );
  app.post(
    "/v1/password-resets/:id/challenges/:challengeId/verify",
    {
      schema: {
        tags,
        summary: "Prove it with the code",
        security: holder,
        params: ChallengeParams,
        body: VerifyBody,
        response: answers({ 200: VerifyAnswer }, 400, 401, 413, 415, 422, 429, 503),
      },
    },
    async (request) => {
      const { id, challengeId } = request.params;
      const verified = await use.verifyCode(holderOf(id, request), challengeId, readGiven(request.body));
      if (verified.next === "unlock") return verified;
      if (verified.next === "password") return { next: verified.next, passwordRules: [...verified.passwordRules] };
      const methods = verified.methods.map(({ questions, ...method }) => (questions ? { ...method, questions: [...questions] } : method));
      return { next: verified.next, methods };
    },
  );
  app.post(
    "/v1/password-resets/:id/password",
    {
      schema: {
        tags,
        summary: "Set the new password",
        security: holder,
        params: ResetParams,
        body: PasswordBody,
        response: answers({ 204: Nothing }, 400, 401, 403, 413, 415, 422, 429, 503),
      },
    },
    async (request, reply) => {
      await use.setPassword(holderOf(request.params.id, request), request.body.newPassword, requestOrigin(request));
      return reply.code(204).send(null);
    },
  );
  app.post(
    "/v1/password-resets/:id/unlock",
    {
      schema: {
        tags,
        summary: "Lift the lockout of sign-in",
        security: holder,
        params: ResetParams,
        response: answers({ 204: Nothing }, 400, 401, 403, 413, 415, 503),
      },
    },
    async (request, reply) => {
      await use.completeUnlock(holderOf(request.params.id, request));
      return reply.code(204).send(null);
    },
  );
  app.get(
    "/v1/password-resets/:id",
    {
      schema: {
        tags,
        summary: "Where the reset stands",
        security: holder,
        params: ResetParams,
        response: answers({ 200: ResetAnswer }, 401, 503),
      },
    },
    async (request) => use.viewReset(holderOf(request.params.id, request)),
  );
  app.delete(
    "/v1/password-resets/:id",
    { schema: { tags, summary: "Cancel the reset", security: holder, params: ResetParams, response: answers({ 204: Nothing }, 401, 503) } },
    async (request, reply) => {
      await use.cancelReset(holderOf(request.params.id, request));
      return reply.code(204).send(null);
    },
  );
}

function holderOf(id: string, request: Parameters<typeof bearerToken>[0]): ResetHolder {
  return { id, token: bearerToken(request) };
}
