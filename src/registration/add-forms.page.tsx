import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { requestOrigin } from "../http/request-origin.ts";
import { exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { Problem } from "../kit/problem.ts";
import { CONTACT_TYPES, type ContactType } from "../methods/contact-method.ts";
import { takeNote } from "../pages/cookies.page.ts";
import { sayIn } from "../pages/words.ts";
import { AppPage, CodesPage, ContactPage, MakePage } from "./add-method.page.tsx";
import { csrf, type SecurityInfoPages, turn, withPerson } from "./info-pages.page.ts";
import type { Person } from "./owner-act.ts";
import { readInfoNote } from "./page-notes.ts";
import { INFO_WORDS } from "./page-words.ts";
import { registerQuestionForms } from "./question-forms.page.tsx";

const ADD = "/security-info/add";
const hidden = { schema: { hide: true } };
const ValueBody = Type.Object({ ...csrf, value: Type.String({ maxLength: 320 }) }, exact);

/** The pages that register something. Whoever needs a fresh proof for it gives it before anything is typed. */
export function registerAddForms(app: Server, deps: SecurityInfoPages): void {
  for (const type of CONTACT_TYPES) registerContact(app, deps, type);
  registerMade(app, deps, "authenticatorApp");
  registerMade(app, deps, "recoveryCodes");
  registerQuestionForms(app, deps);
}

function registerContact(app: Server, deps: SecurityInfoPages, type: ContactType): void {
  const page = (request: FastifyRequest, reply: FastifyReply, more: { typed?: string; fault?: "valueMissing" | "valueInvalid" } = {}) => {
    const frame = deps.pages.frame(request, reply);
    const title = sayIn(INFO_WORDS, frame.language)(`add.${type}`);
    const note = readInfoNote(takeNote(request, reply));
    const props = { frame, type, title, note, action: `${ADD}/${type}`, now: deps.clock.now(), ...more };
    return deps.pages.show(reply, <ContactPage {...props} />, more.fault === undefined ? 200 : 422);
  };
  app.get(`${ADD}/${type}`, hidden, (request, reply) =>
    withPerson(deps, request, reply, async (person) => {
      await deps.demandProof(person);
      return page(request, reply);
    }),
  );
  app.post(`${ADD}/${type}`, { schema: { hide: true, body: ValueBody } }, (request, reply) => {
    const typed = request.body.value.trim();
    const add = async (person: Person) => {
      if (typed === "") return page(request, reply, { fault: "valueMissing" });
      const { id } = await deps.addMethod(person, { type, value: typed }, requestOrigin(request));
      return reply.redirect(`/security-info/verify/${id}`, 303);
    };
    const guarded = (person: Person) =>
      add(person).catch((error: unknown) => {
        if (!(error instanceof Problem) || error.code !== "invalid-request") throw error;
        return page(request, reply, { typed, fault: "valueInvalid" });
      });
    return withPerson(deps, request, reply, guarded, `${ADD}/${type}`);
  });
}

/** Secret and codes are shown in the answer to the form itself: they are shown once, so there is nothing that a reload could fetch. */
function registerMade(app: Server, deps: SecurityInfoPages, type: "authenticatorApp" | "recoveryCodes"): void {
  const { pages, clock } = deps;
  app.get(`${ADD}/${type}`, hidden, (request, reply) =>
    withPerson(deps, request, reply, async (person) => {
      await deps.demandProof(person);
      const note = readInfoNote(takeNote(request, reply));
      return pages.show(reply, <MakePage frame={pages.frame(request, reply)} type={type} note={note} now={clock.now()} />);
    }),
  );
  app.post(`${ADD}/${type}`, { schema: { hide: true, body: Type.Object(csrf, exact) } }, (request, reply) =>
    withPerson(
      deps,
      request,
      reply,
      async (person) => {
        const made = await deps.addMethod(person, { type }, requestOrigin(request));
        const props = { frame: pages.frame(request, reply), now: clock.now() };
        if ("codes" in made) return pages.show(reply, <CodesPage {...props} codes={made.codes} />);
        if ("qrSvg" in made) return pages.show(reply, <AppPage {...props} {...made} />);
        return turn(reply, null);
      },
      `${ADD}/${type}`,
    ),
  );
}
