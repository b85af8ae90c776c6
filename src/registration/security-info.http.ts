import { Type } from "typebox";
import { type Authenticate, demandPerson } from "../http/caller.ts";
import { requestLanguage, requestOrigin } from "../http/request-origin.ts";
import { answers, exact, Nothing } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import type { Session } from "../sign-in/session.ts";
import { OwnMethodSchema, timeOf, viewOwnMethod } from "./own-method-view.ts";
import type { ConfirmSecurityInfo, ListQuestions, ReadSecurityInfo } from "./view-security-info.ts";

export interface SecurityInfoRoutes {
  readonly authenticate: Authenticate<Session>;
  readonly readSecurityInfo: ReadSecurityInfo;
  readonly confirmSecurityInfo: ConfirmSecurityInfo;
  readonly listQuestions: ListQuestions;
}

/** Sessions that are good for registering alone may call all of this: it is what they are for. */
export const OPEN_TO = { limits: ["registration"] } as const;

const SecurityInfoAnswer = Type.Object(
  {
    registered: Type.Boolean({ description: "As much as a reset asks of this person." }),
    required: Type.Integer({ description: "How many kinds of methods that is." }),
    methods: Type.Array(OwnMethodSchema),
    confirmBy: Type.Union([Type.String({ format: "date-time" }), Type.Null()], {
      description: "When sign-in asks whether it is still right; null: never.",
    }),
    interrupts: Type.Array(Type.String()),
  },
  exact,
);
const Questions = Type.Object(
  {
    toRegister: Type.Integer({ description: "How many are to be answered; 0 where questions are not for this person." }),
    questions: Type.Array(Type.Object({ id: Type.String(), text: Type.String() }, exact)),
  },
  exact,
);
const about = { tags: ["The signed-in person"], security: [{ accessToken: [] }] };

/** What a signed-in person has registered (contract, section 5). */
export function registerSecurityInfoRoutes(app: Server, use: SecurityInfoRoutes): void {
  app.get(
    "/v1/me/security-info",
    { schema: { ...about, summary: "The own security info", response: answers({ 200: SecurityInfoAnswer }, 401, 403, 503) } },
    async (request) => {
      const person = demandPerson(await use.authenticate(request, OPEN_TO));
      const { registered, required, methods, confirmBy, interrupts } = await use.readSecurityInfo(person);
      return { registered, required, methods: methods.map(viewOwnMethod), confirmBy: timeOf(confirmBy), interrupts: [...interrupts] };
    },
  );
  app.post(
    "/v1/me/security-info/confirm",
    {
      schema: {
        ...about,
        summary: "Confirm the own security info",
        description:
          "All of it is still right. With fresh proofs by two different kinds of methods, both registered before what was disputed, it also ends a freeze of recovery.",
        response: answers({ 204: Nothing }, 401, 403, 503),
      },
    },
    async (request, reply) => {
      const person = demandPerson(await use.authenticate(request, OPEN_TO));
      await use.confirmSecurityInfo(person, requestOrigin(request));
      return reply.code(204).send(null);
    },
  );
  app.get(
    "/v1/me/security-questions",
    { schema: { ...about, summary: "The questions that can be answered", response: answers({ 200: Questions }, 401, 403, 503) } },
    async (request) => {
      const person = demandPerson(await use.authenticate(request, OPEN_TO));
      const { toRegister, questions } = await use.listQuestions(person, requestLanguage(request));
      return { toRegister, questions: [...questions] };
    },
  );
}
