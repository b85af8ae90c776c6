import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { requestOrigin } from "../http/request-origin.ts";
import { exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { Problem } from "../kit/problem.ts";
import { csrf, type SecurityInfoPages, turn, withPerson } from "./info-pages.page.ts";
import type { Person } from "./owner-act.ts";
import { QuestionsPage } from "./questions.page.tsx";

const PATH = "/security-info/add/securityQuestions";
/** As many as a tenant may ask for. */
const MOST = 5;
const pairs = Array.from({ length: MOST }, (_, index) => [
  [`question${index}`, Type.Optional(Type.String({ maxLength: 64 }))],
  [`answer${index}`, Type.Optional(Type.String({ maxLength: 200 }))],
]).flat();
const Body = Type.Object({ ...csrf, ...Object.fromEntries(pairs) }, exact);

/** Security questions, all at once: a new set takes the place of the old one. */
export function registerQuestionForms(app: Server, deps: SecurityInfoPages): void {
  app.get(PATH, { schema: { hide: true } }, (request, reply) =>
    withPerson(deps, request, reply, async (person) => {
      await deps.demandProof(person);
      return show(deps, person, request, reply, []);
    }),
  );
  app.post(PATH, { schema: { hide: true, body: Body } }, (request, reply) => {
    const fields = request.body as Readonly<Record<string, string | undefined>>;
    const answers = Array.from({ length: MOST }, (_, index) => ({
      questionId: fields[`question${index}`] ?? "",
      answer: fields[`answer${index}`] ?? "",
    })).filter(({ questionId }) => questionId !== "");
    return withPerson(deps, request, reply, async (person) => {
      try {
        await deps.addMethod(person, { type: "securityQuestions", answers }, requestOrigin(request));
        return turn(reply, { kind: "questions-saved" });
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "invalid-request") throw error;
        const chosen = answers.map(({ questionId }) => questionId);
        return show(deps, person, request, reply, chosen);
      }
    });
  });
}

/** @param chosen the questions whose answers were refused; none at first */
async function show(deps: SecurityInfoPages, person: Person, request: FastifyRequest, reply: FastifyReply, chosen: readonly string[]) {
  const frame = deps.pages.frame(request, reply);
  const { toRegister, questions } = await deps.listQuestions(person, frame.language);
  if (toRegister === 0) throw new Problem("not-found");
  const refused = chosen.length > 0;
  const props = { frame, questions, count: toRegister, chosen, refused, now: deps.clock.now() };
  return deps.pages.show(reply, <QuestionsPage {...props} />, refused ? 422 : 200);
}
