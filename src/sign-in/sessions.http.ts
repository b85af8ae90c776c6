import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { bearerToken } from "../http/bearer.ts";
import { type Authenticate, demandPerson } from "../http/caller.ts";
import { requestOrigin } from "../http/request-origin.ts";
import { answers, exact, Nothing } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import type { Clock } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import type { AccessTokens } from "./access-tokens.ts";
import { INTERRUPTS } from "./interrupts.ts";
import type { RefreshSession } from "./refresh-session.ts";
import type { Session } from "./session.ts";
import type { SessionStore } from "./session-store.ts";
import { SignedInAnswer } from "./signed-in-answer.http.ts";
import type { SkipInterrupt } from "./skip-interrupt.ts";

interface SessionRoutes {
  readonly authenticate: Authenticate<Session>;
  readonly refreshSession: RefreshSession;
  readonly skipInterrupt: SkipInterrupt;
  readonly sessions: SessionStore;
  readonly tokens: AccessTokens;
  readonly clock: Clock;
}

const tags = ["Sign in"];
const security = [{ accessToken: [] }];
const InterruptWord = Type.Union(INTERRUPTS.map((word) => Type.Literal(word)));
const Left = Type.Object(
  {
    interrupts: Type.Array(Type.String(), { description: "What is left" }),
    next: Type.Optional(Type.Union([Type.Literal("done"), Type.Literal("interrupts")])),
    accessToken: Type.Optional(Type.String()),
    refreshToken: Type.Optional(Type.String({ description: "The first one of the session, when nothing is left" })),
    tokenType: Type.Optional(Type.Literal("Bearer")),
    expiresIn: Type.Optional(Type.Integer()),
  },
  exact,
);

/** What happens to an open session (contract, section 4). */
export function registerSessionRoutes(app: Server, use: SessionRoutes): void {
  registerRefresh(app, use);
  registerSkip(app, use);
  app.post(
    "/v1/sign-out",
    { schema: { tags, summary: "End the session", security, response: answers({ 204: Nothing }, 401, 403, 413, 415, 503) } },
    async (request, reply) => {
      // Not by whether the session lives: ending it twice does no harm.
      await use.sessions.end(sessionIn(use.tokens, request));
      return reply.code(204).send(null);
    },
  );
}

function registerRefresh(app: Server, { refreshSession }: SessionRoutes): void {
  app.post(
    "/v1/sign-in/refresh",
    {
      schema: {
        tags,
        summary: "Exchange a refresh token",
        description: "Each is good once. One that comes a second time ends the session: somebody has a copy.",
        body: Type.Object({ refreshToken: Type.String({ minLength: 1, maxLength: 200 }) }, exact),
        response: answers({ 200: SignedInAnswer }, 400, 401, 413, 415, 429, 503),
      },
    },
    async (request) => {
      const signedIn = await refreshSession(request.body.refreshToken, requestOrigin(request));
      return { ...signedIn, interrupts: [...signedIn.interrupts] };
    },
  );
}

function registerSkip(app: Server, { authenticate, skipInterrupt, clock }: SessionRoutes): void {
  app.post(
    "/v1/sign-in/interrupts/skip",
    {
      schema: {
        tags,
        summary: "Put off what is due until the next sign-in",
        description:
          "When nothing is left, and the session has no refresh token yet, the answer is that of sign-in, within 15 minutes after a proof.",
        security,
        body: Type.Object({ interrupt: InterruptWord }, exact),
        response: answers({ 200: Left }, 400, 401, 403, 409, 413, 415, 503),
      },
    },
    async (request) => {
      const { session } = demandPerson(await authenticate(request, { limits: ["change-password", "registration"] }));
      if (session === null) throw new Problem("unauthenticated");
      const left = await skipInterrupt(session, request.body.interrupt, clock.now());
      return { ...left, interrupts: [...left.interrupts] };
    },
  );
}

/** The session that a genuine token of ours names, living or not. */
function sessionIn(tokens: AccessTokens, request: FastifyRequest): string {
  const claims = tokens.verify(bearerToken(request));
  if (claims === null) throw new Problem("unauthenticated");
  if (claims.sid === undefined)
    throw new Problem("forbidden", { extensions: { missing: ["role"], reason: "Only people have a session." } });
  return claims.sid;
}
