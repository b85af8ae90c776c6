import type { FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import { type Authenticate, demandPerson, type PersonCalling } from "../http/caller.ts";
import { requestOrigin } from "../http/request-origin.ts";
import { answers, exact, Nothing, Timestamp } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { timestamp } from "../kit/clock.ts";
import type { Session } from "../sign-in/session.ts";
import type { AddedMethod, AddMethod, NewMethod } from "./add-method.ts";
import type { ChangeMethod, RemoveMethod } from "./change-method.ts";
import { OwnMethodSchema, viewOwnMethod } from "./own-method-view.ts";
import { OPEN_TO } from "./security-info.http.ts";
import type { ResendCode, VerifyMethod } from "./verify-method.ts";

export interface OwnMethodRoutes {
  readonly authenticate: Authenticate<Session>;
  readonly addMethod: AddMethod;
  readonly verifyMethod: VerifyMethod;
  readonly resendCode: ResendCode;
  readonly changeMethod: ChangeMethod;
  readonly removeMethod: RemoveMethod;
}

const Value = Type.String({ minLength: 1, maxLength: 320 });
const Name = Type.String({ minLength: 1, maxLength: 64, pattern: "^[^\\p{Cc}\\p{Cf}]+$" });
const Params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) }, exact);
const AnswerText = Type.String({ minLength: 1, maxLength: 200 });
const NewMethodBody = Type.Union([
  Type.Object({ type: Type.Union([Type.Literal("email"), Type.Literal("mobilePhone"), Type.Literal("officePhone")]), value: Value }, exact),
  Type.Object({ type: Type.Literal("authenticatorApp") }, exact),
  Type.Object({ type: Type.Literal("recoveryCodes") }, exact),
  Type.Object(
    {
      type: Type.Literal("securityQuestions"),
      answers: Type.Union([
        Type.Record(Type.String({ pattern: "^.{1,64}$" }), AnswerText, {
          ...exact,
          minProperties: 1,
          maxProperties: 5,
          description: "From the question's id to the answer.",
        }),
        Type.Array(Type.Object({ questionId: Type.String({ maxLength: 64 }), answer: AnswerText }, exact), { minItems: 1, maxItems: 5 }),
      ]),
    },
    exact,
  ),
]);
const AddedAnswer = Type.Object(
  {
    id: Type.String(),
    challengeId: Type.Optional(Type.String({ description: "Of the code that was sent to the address or number." })),
    expiresAt: Type.Optional(Timestamp),
    secret: Type.Optional(Type.String({ description: "Base32, for whoever cannot scan. Shown here alone." })),
    uri: Type.Optional(Type.String()),
    qrSvg: Type.Optional(Type.String()),
    codes: Type.Optional(Type.Array(Type.String(), { description: "Shown here alone." })),
  },
  exact,
);
const ChangedAnswer = Type.Object(
  { ...OwnMethodSchema.properties, challengeId: Type.Optional(Type.String()), expiresAt: Type.Optional(Timestamp) },
  exact,
);
const ResentAnswer = Type.Object({ challengeId: Type.String(), expiresAt: Timestamp, resendAfter: Timestamp }, exact);
const about = { tags: ["The signed-in person"], security: [{ accessToken: [] }] };

type PersonOf = (request: FastifyRequest) => Promise<PersonCalling<Session>>;

/** Registering, verifying, changing and removing one's own methods (contract, section 5). Another person's id is like none: 404. */
export function registerOwnMethodRoutes(app: Server, use: OwnMethodRoutes): void {
  const personOf: PersonOf = async (request) => demandPerson(await use.authenticate(request, OPEN_TO));
  app.post(
    "/v1/me/methods",
    {
      schema: {
        ...about,
        summary: "Register a method",
        description:
          "Needs a fresh proof. Nothing counts before it is verified. A new set of recovery codes or answers takes the place of the old one. While recovery is frozen: 409 with the reason `recovery-frozen`, unless methods of two kinds that are older than what was disputed proved it.",
        body: NewMethodBody,
        response: answers({ 201: AddedAnswer }, 400, 401, 403, 409, 413, 415, 429, 503),
      },
    },
    async (request, reply) => {
      const added = await use.addMethod(await personOf(request), readWanted(request.body), requestOrigin(request));
      return reply.code(201).send(viewAdded(added));
    },
  );
  app.post(
    "/v1/me/methods/:id/verify",
    {
      schema: {
        ...about,
        summary: "Verify a method by its code",
        params: Params,
        body: Type.Object({ code: Type.String({ minLength: 1, maxLength: 64 }) }, exact),
        response: answers({ 200: OwnMethodSchema }, 400, 401, 403, 404, 409, 413, 415, 422, 503),
      },
    },
    async (request) => {
      const { params, body } = request;
      return viewOwnMethod(await use.verifyMethod(await personOf(request), params.id, body.code, requestOrigin(request)));
    },
  );
  app.post(
    "/v1/me/methods/:id/resend",
    {
      schema: {
        ...about,
        summary: "Send another code",
        params: Params,
        response: answers({ 202: ResentAnswer }, 401, 403, 404, 409, 429, 503),
      },
    },
    async (request, reply) => {
      const { challengeId, expiresAt, resendAfter } = await use.resendCode(
        await personOf(request),
        request.params.id,
        requestOrigin(request),
      );
      return reply.code(202).send({ challengeId, expiresAt: timestamp(expiresAt), resendAfter: timestamp(resendAfter) });
    },
  );
  registerChangeRoutes(app, use, personOf);
}

function registerChangeRoutes(app: Server, use: OwnMethodRoutes, personOf: PersonOf): void {
  app.patch(
    "/v1/me/methods/:id",
    {
      schema: {
        ...about,
        summary: "Change a method",
        description: "Needs a fresh proof. A new value is pending until its code comes; the old one keeps working.",
        params: Params,
        body: Type.Object(
          { value: Type.Optional(Value), name: Type.Optional(Type.Union([Name, Type.Null()])) },
          { ...exact, minProperties: 1 },
        ),
        response: answers({ 200: ChangedAnswer }, 400, 401, 403, 404, 409, 413, 415, 429, 503),
      },
    },
    async (request) => {
      const { params, body } = request;
      const { method, challenge } = await use.changeMethod(await personOf(request), params.id, body, requestOrigin(request));
      const sent = challenge === undefined ? {} : { challengeId: challenge.id, expiresAt: timestamp(challenge.expiresAt) };
      return { ...viewOwnMethod(method), ...sent };
    },
  );
  app.delete(
    "/v1/me/methods/:id",
    {
      schema: {
        ...about,
        summary: "Remove a method",
        description: "Needs a fresh proof. 409 with the reason `below-minimum` where less would be left than a reset asks for.",
        params: Params,
        response: answers({ 204: Nothing }, 401, 403, 404, 409, 503),
      },
    },
    async (request, reply) => {
      await use.removeMethod(await personOf(request), request.params.id, requestOrigin(request));
      return reply.code(204).send(null);
    },
  );
}

/** Answers by question, or as a list. */
function readWanted(body: Static<typeof NewMethodBody>): NewMethod {
  if (body.type !== "securityQuestions" || Array.isArray(body.answers)) return body as NewMethod;
  const answers = Object.entries(body.answers).map(([questionId, answer]) => {
    const pointer = `/answers/${questionId.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    return { questionId, answer, pointer };
  });
  return { type: body.type, answers };
}

function viewAdded(added: AddedMethod): Static<typeof AddedAnswer> {
  if ("expiresAt" in added) return { ...added, expiresAt: timestamp(added.expiresAt) };
  return "codes" in added ? { ...added, codes: [...added.codes] } : added;
}
