import { Type } from "typebox";
import { requestOrigin } from "../http/request-origin.ts";
import { exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { Problem } from "../kit/problem.ts";
import { CONTACT_TYPES, type ContactType } from "../methods/contact-method.ts";
import { takeNote } from "../pages/cookies.page.ts";
import type { Frame } from "../pages/frame.ts";
import { sayIn } from "../pages/words.ts";
import { ContactPage } from "./add-method.page.tsx";
import { csrf, type SecurityInfoPages, turn, withPerson } from "./info-pages.page.ts";
import { RemovePage, VerifyPage } from "./own-method.page.tsx";
import type { OwnMethod } from "./own-method-store.ts";
import type { Person } from "./owner-act.ts";
import { readInfoNote } from "./page-notes.ts";
import { INFO_WORDS } from "./page-words.ts";

const hidden = { schema: { hide: true } };
const Params = Type.Object({ id: Type.String({ maxLength: 64 }) }, exact);
const path = (act: string, id = ":id") => `/security-info/${act}/${id}`;

/** Verifying, changing and removing one method of the own. Another person's id is like none. */
export function registerOwnMethodForms(app: Server, deps: SecurityInfoPages): void {
  registerVerify(app, deps);
  registerChange(app, deps);
  registerRemove(app, deps);
}

async function own(deps: SecurityInfoPages, person: Person, id: string): Promise<OwnMethod> {
  const { methods } = await deps.readSecurityInfo(person);
  const method = methods.find((each) => each.id === id);
  if (method === undefined) throw new Problem("not-found");
  return method;
}

/** @throws {Problem} `not-found` also for what has no value that could be changed */
async function ownContact(deps: SecurityInfoPages, person: Person, id: string): Promise<OwnMethod & { readonly type: ContactType }> {
  const method = await own(deps, person, id);
  const type = CONTACT_TYPES.find((each) => each === method.type);
  if (type === undefined) throw new Problem("not-found");
  return { ...method, type };
}

function registerVerify(app: Server, deps: SecurityInfoPages): void {
  const { pages, clock } = deps;
  app.get(path("verify"), { schema: { hide: true, params: Params } }, (request, reply) =>
    withPerson(deps, request, reply, async (person) => {
      const method = await own(deps, person, request.params.id);
      const note = readInfoNote(takeNote(request, reply));
      // A second click came after the first one had been right.
      if (method.verified && method.pendingHint === null) return turn(reply, null);
      return pages.show(reply, <VerifyPage frame={pages.frame(request, reply)} method={method} note={note} now={clock.now()} />);
    }),
  );
  const Body = Type.Object({ ...csrf, code: Type.String({ maxLength: 64 }) }, exact);
  app.post(path("verify"), { schema: { hide: true, params: Params, body: Body } }, (request, reply) => {
    const { id } = request.params;
    const verify = async (person: Person) => {
      if (request.body.code.trim() === "") return turn(reply, { kind: "code-missing" }, path("verify", id));
      const { usableFrom } = await deps.verifyMethod(person, id, request.body.code, requestOrigin(request));
      return turn(reply, { kind: "verified", ...(usableFrom === null ? {} : { from: usableFrom }) });
    };
    return withPerson(deps, request, reply, verify, path("verify", id));
  });
  app.post(path("resend"), { schema: { hide: true, params: Params, body: Type.Object(csrf, exact) } }, (request, reply) => {
    const { id } = request.params;
    const resend = async (person: Person) => {
      await deps.resendCode(person, id, requestOrigin(request));
      return turn(reply, { kind: "resent" }, path("verify", id));
    };
    return withPerson(deps, request, reply, resend, path("verify", id));
  });
  app.get(path("resend"), hidden, (_, reply) => reply.redirect("/security-info", 303));
}

function registerChange(app: Server, deps: SecurityInfoPages): void {
  const { pages } = deps;
  const Body = Type.Object({ ...csrf, value: Type.String({ maxLength: 320 }) }, exact);
  app.get(path("change"), { schema: { hide: true, params: Params } }, (request, reply) =>
    withPerson(deps, request, reply, async (person) => {
      await deps.demandProof(person);
      const method = await ownContact(deps, person, request.params.id);
      const note = readInfoNote(takeNote(request, reply));
      return pages.show(reply, changePage(deps, pages.frame(request, reply), method, { note }));
    }),
  );
  app.post(path("change"), { schema: { hide: true, params: Params, body: Body } }, (request, reply) => {
    const { id } = request.params;
    const typed = request.body.value.trim();
    const change = async (person: Person) => {
      try {
        if (typed === "") throw new Problem("invalid-request");
        await deps.changeMethod(person, id, { value: typed }, requestOrigin(request));
        return turn(reply, null, path("verify", id));
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "invalid-request") throw error;
        const fault = typed === "" ? "valueMissing" : "valueInvalid";
        const method = await ownContact(deps, person, id);
        return pages.show(reply, changePage(deps, pages.frame(request, reply), method, { note: null, typed, fault }), 422);
      }
    };
    return withPerson(deps, request, reply, change, path("change", id));
  });
}

type More = Pick<Parameters<typeof ContactPage>[0], "note" | "typed" | "fault">;

function changePage({ clock }: SecurityInfoPages, frame: Frame, method: OwnMethod & { readonly type: ContactType }, more: More) {
  const say = sayIn(INFO_WORDS, frame.language);
  const intro = say("changeIntro", { value: method.value ?? method.hint });
  const props = { frame, type: method.type, title: say("changeTitle"), intro, action: path("change", method.id) };
  return <ContactPage {...props} {...more} now={clock.now()} />;
}

function registerRemove(app: Server, deps: SecurityInfoPages): void {
  const { pages, clock } = deps;
  app.get(path("remove"), { schema: { hide: true, params: Params } }, (request, reply) =>
    withPerson(deps, request, reply, async (person) => {
      await deps.demandProof(person);
      const method = await own(deps, person, request.params.id);
      const note = readInfoNote(takeNote(request, reply));
      return pages.show(reply, <RemovePage frame={pages.frame(request, reply)} method={method} note={note} now={clock.now()} />);
    }),
  );
  app.post(path("remove"), { schema: { hide: true, params: Params, body: Type.Object(csrf, exact) } }, (request, reply) =>
    withPerson(deps, request, reply, async (person) => {
      await deps.removeMethod(person, request.params.id, requestOrigin(request));
      return turn(reply, { kind: "removed" });
    }),
  );
}
