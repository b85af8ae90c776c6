import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { requestOrigin } from "../http/request-origin.ts";
import { exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { METHOD_TYPES, type MethodType } from "../methods/method.ts";
import { takeNote } from "../pages/cookies.page.ts";
import { registerAddForms } from "./add-forms.page.tsx";
import { ListPage } from "./info-list.page.tsx";
import { csrf, HOME, type SecurityInfoPages, turn, withPerson } from "./info-pages.page.ts";
import { registerOwnMethodForms } from "./own-method-forms.page.tsx";
import type { Person } from "./owner-act.ts";
import { readInfoNote } from "./page-notes.ts";
import { WizardPage } from "./wizard.page.tsx";

const hidden = { schema: { hide: true } };
const TypeWord = Type.Unsafe<MethodType>({ type: "string", enum: [...METHOD_TYPES] });

/** `/security-info`: the wizard when sign-in asks for it, the list otherwise. Each form changes one thing and leads back here (303). */
export function registerSecurityInfoPages(app: Server, deps: SecurityInfoPages): void {
  app.get(HOME, hidden, (request, reply) => withPerson(deps, request, reply, (person) => show(deps, person, request, reply)));
  app.post(`${HOME}/confirm`, { schema: { hide: true, body: Type.Object(csrf, exact) } }, (request, reply) =>
    withPerson(deps, request, reply, async (person) => {
      await deps.confirmSecurityInfo(person, requestOrigin(request));
      return turn(reply, { kind: "confirmed" });
    }),
  );
  app.post(`${HOME}/later`, { schema: { hide: true, body: Type.Object(csrf, exact) } }, (request, reply) =>
    withPerson(deps, request, reply, async (person) => {
      const { interrupts, skippable } = await deps.due(person);
      const first = interrupts.find((interrupt) => skippable.includes(interrupt));
      if (first !== undefined) await deps.skip(person, first);
      return turn(reply, null);
    }),
  );
  const ChooseBody = Type.Object({ ...csrf, type: Type.Optional(TypeWord) }, exact);
  app.post(`${HOME}/choose`, { schema: { hide: true, body: ChooseBody } }, async (request, reply) =>
    request.body.type === undefined ? turn(reply, { kind: "type-missing" }) : reply.redirect(`${HOME}/add/${request.body.type}`, 303),
  );
  // Where a form was sent to and somebody comes back by hand.
  for (const form of ["confirm", "later", "choose"]) app.get(`${HOME}/${form}`, hidden, (_, reply) => reply.redirect(HOME, 303));
  registerAddForms(app, deps);
  registerOwnMethodForms(app, deps);
}

async function show(deps: SecurityInfoPages, person: Person, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const [info, offer, { interrupts, skippableUntil = null }] = await Promise.all([
    deps.readSecurityInfo(person),
    deps.offer(person),
    deps.due(person),
  ]);
  const note = readInfoNote(takeNote(request, reply));
  const props = { frame: deps.pages.frame(request, reply), info, offered: offer.types, note, now: deps.clock.now() };
  const register = interrupts.includes("register-security-info") && person.session?.skipped?.includes("register-security-info") !== true;
  const page = register ? <WizardPage {...props} have={offer.kinds} skippableUntil={skippableUntil} /> : <ListPage {...props} />;
  return deps.pages.show(reply, page);
}
