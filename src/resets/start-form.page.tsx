import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { requestOrigin } from "../http/request-origin.ts";
import { exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import type { Clock } from "../kit/clock.ts";
import { SECOND } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import type { Pages } from "../pages/hosted-pages.page.tsx";
import { sayIn } from "../pages/words.ts";
import type { WorkChallenge } from "../throttle/proof-of-work.ts";
import { CannotPage } from "./last.page.tsx";
import { RESET_WORDS } from "./page-words.ts";
import { keepReset } from "./reset-cookie.page.ts";
import { StartPage, type UserNameFault, WorkPage } from "./start.page.tsx";
import type { StartInput, StartReset } from "./start-reset.ts";

export interface StartForm {
  readonly pages: Pages;
  readonly startReset: StartReset;
  readonly clock: Clock;
}

const StartBody = Type.Object(
  {
    _csrf: Type.String({ maxLength: 200 }),
    userPrincipalName: Type.String({ maxLength: 320 }),
    proofOfWork: Type.Optional(Type.String({ maxLength: 4000 })),
    readyAt: Type.Optional(Type.String({ pattern: "^\\d{1,15}$" })),
  },
  exact,
);
type Body = { userPrincipalName: string; proofOfWork?: string; readyAt?: string };

/**
 * Starts a reset for the name that was typed. What cannot start one is answered on the spot and not by a redirect: nothing has changed
 * that a reload could repeat, and a name rests in no cookie and no address.
 */
export function registerStartForm(app: Server, deps: StartForm): void {
  app.post("/reset", { schema: { hide: true, body: StartBody } }, async (request, reply) => {
    const { pages, clock } = deps;
    const { proofOfWork } = request.body;
    const userPrincipalName = request.body.userPrincipalName.trim();
    const fault = faultOf(userPrincipalName);
    const frame = pages.frame(request, reply);
    if (fault !== null) return pages.show(reply, <StartPage frame={frame} typed={userPrincipalName} fault={fault} />, 422);
    const input = { userPrincipalName, ...(proofOfWork === undefined ? {} : { proofOfWork }) };
    try {
      const started = await deps.startReset(input, { ...requestOrigin(request), language: frame.language });
      keepReset(reply, started, Date.parse(started.expiresAt) - clock.now());
      return reply.redirect("/reset", 303);
    } catch (error) {
      return notStarted(deps, error, { ...request.body, ...input }, request, reply);
    }
  });
}

/** What is plain to see. Whether somebody has that name is nobody's business here. */
function faultOf(userPrincipalName: string): UserNameFault | null {
  if (userPrincipalName === "") return "userNameMissing";
  return /.@./.test(userPrincipalName) ? null : "userNameIncomplete";
}

function notStarted(
  { pages, clock }: StartForm,
  error: unknown,
  body: Body & StartInput,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (!(error instanceof Problem)) throw error;
  const frame = pages.frame(request, reply);
  if (error.code === "proof-of-work-required") {
    const props = workOf(body, error.extensions.challenge as WorkChallenge, clock.now());
    return pages.show(reply, <WorkPage {...props} frame={frame} />, error.status);
  }
  if (error.code === "cannot-reset") {
    const say = sayIn(RESET_WORDS, frame.language);
    const { reason, supportCode } = error.extensions as { reason: string; supportCode: string };
    const told = (["unknown-user", "account-disabled", "recovery-frozen", "too-few-methods"] as const).find((known) => known === reason);
    const page = <CannotPage frame={frame} supportCode={supportCode} reason={say(`cannot.${told ?? "not-allowed"}`)} />;
    return pages.show(reply, page, error.status);
  }
  throw error;
}

/** Whoever comes before the time keeps the ticket and waits for what is left; otherwise a new one begins. */
function workOf({ userPrincipalName, proofOfWork, readyAt }: Body, challenge: WorkChallenge, now: number) {
  const { ticket, seconds } = challenge.wait;
  const until = Number(readyAt ?? 0);
  const early = proofOfWork?.startsWith("wait.") === true && until > now && until <= now + seconds * SECOND;
  const readyFrom = early ? until : now + seconds * SECOND;
  return {
    userPrincipalName,
    challenge,
    ticket: early ? (proofOfWork ?? ticket) : ticket,
    readyAt: readyFrom,
    waitMs: readyFrom - now,
  };
}
