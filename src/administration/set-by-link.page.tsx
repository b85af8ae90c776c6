import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { requestOrigin } from "../http/request-origin.ts";
import { exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import type { Clock } from "../kit/clock.ts";
import { COOKIE, leaveNote, takeNote } from "../pages/cookies.page.ts";
import type { Pages } from "../pages/hosted-pages.page.tsx";
import { type LinkNote, readLinkNote } from "./link-note.ts";
import type { OpenSetPasswordLink, SetByLink, SetOutcome } from "./set-by-link.ts";
import { LinkGonePage, LinkSetPage, SetByLinkPage } from "./set-by-link-forms.page.tsx";

export interface SetByLinkPages {
  readonly pages: Pages;
  readonly openSetPasswordLink: OpenSetPasswordLink;
  readonly setByLink: SetByLink;
  readonly clock: Clock;
}

/** Where `/l/{token}` leads for the link of a reset by an administrator. */
export const SET_BY_LINK_PAGE = "/new-password";

/** The cookie that `/l/{token}` leaves the token in. */
const LINK = "__Host-rekey-link";
const Password = Type.String({ maxLength: 8192 });
const Body = Type.Object(
  {
    _csrf: Type.String({ maxLength: 200 }),
    newPassword: Password,
    confirmPassword: Password,
    // For password managers only. Whose password it is says the link.
    username: Type.Optional(Type.String({ maxLength: 400 })),
  },
  exact,
);

/** The page behind the link. Mail scanners that follow the link change nothing, since only the form acts (attacks A11). */
export function registerSetByLinkPages(app: Server, deps: SetByLinkPages): void {
  const { pages, clock } = deps;
  app.get(SET_BY_LINK_PAGE, { schema: { hide: true } }, async (request, reply) => {
    const note = readLinkNote(takeNote(request, reply));
    const frame = pages.frame(request, reply);
    if (note?.kind === "link-set") return pages.show(reply, <LinkSetPage frame={frame} />);
    const account = await deps.openSetPasswordLink(linkToken(request));
    if (account === null) return pages.show(reply, <LinkGonePage frame={frame} />, 404);
    return pages.show(reply, <SetByLinkPage frame={frame} account={account} note={note} now={clock.now()} />);
  });
  app.post(SET_BY_LINK_PAGE, { schema: { hide: true, body: Body } }, async (request, reply) => {
    const { newPassword, confirmPassword } = request.body;
    const faults = formFaults(newPassword, confirmPassword);
    if (faults.length > 0) return turn(reply, { kind: "link-password", faults, reasons: [], guidance: [] });
    const set = await deps.setByLink(linkToken(request), newPassword, requestOrigin(request));
    if (set.outcome === "set") reply.clearCookie(LINK, COOKIE);
    return turn(reply, noteOf(set));
  });
}

function linkToken(request: FastifyRequest): string {
  return request.cookies[LINK] ?? "";
}

/** The page reads from the link what there is to show, save what this form has done. */
function turn(reply: FastifyReply, note: LinkNote | null): FastifyReply {
  if (note !== null) leaveNote(reply, note);
  return reply.redirect(SET_BY_LINK_PAGE, 303);
}

function formFaults(password: string, confirmation: string): string[] {
  if (password === "") return ["password-missing"];
  if (confirmation === "") return ["confirm-missing"];
  // The same text in two Unicode writings is one password: it is hashed in NFC (NIST SP 800-63B-4 §3.1.1.2).
  return password.normalize("NFC") === confirmation.normalize("NFC") ? [] : ["mismatch"];
}

function noteOf(set: SetOutcome): LinkNote | null {
  switch (set.outcome) {
    case "set":
      return { kind: "link-set" };
    case "gone":
      return null;
    case "too-many":
      return { kind: "link-wait", until: set.until };
    case "rejected":
      return { kind: "link-password", faults: [], reasons: [...set.reasons], guidance: [...set.guidance] };
  }
}
