import { Type } from "typebox";
import { type Authenticate, demandPerson } from "../http/caller.ts";
import { requestOrigin } from "../http/request-origin.ts";
import { answers, exact, Nothing } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import type { ChangePassword } from "./change-password.ts";
import type { Session, SessionLimit } from "./session.ts";

interface ChangePasswordRoutes {
  readonly authenticate: Authenticate<Session>;
  readonly changePassword: ChangePassword;
  readonly publicUrl: string;
}

const Password = Type.String({ minLength: 1, maxLength: 8192 });
const Body = Type.Object({ currentPassword: Password, newPassword: Password }, exact);
/** The present password proves enough in every session. */
const LIMITS: readonly SessionLimit[] = ["change-password"];

/** Changing the own password (contract, section 5), and where programs find the page for it. */
export function registerChangePasswordRoutes(app: Server, { authenticate, changePassword, publicUrl }: ChangePasswordRoutes): void {
  app.post(
    "/v1/me/password",
    {
      schema: {
        tags: ["The signed-in person"],
        summary: "Change the own password",
        description:
          "The present password is the proof: 401 `sign-in-failed` when it is wrong, counted as at sign-in. Every other session ends; this one lives on.",
        security: [{ accessToken: [] }],
        body: Body,
        response: answers({ 204: Nothing }, 400, 401, 403, 413, 415, 422, 429, 503),
      },
    },
    async (request, reply) => {
      const holder = demandPerson(await authenticate(request, { limits: LIMITS }));
      await changePassword(holder, request.body, requestOrigin(request));
      return reply.code(204).send(null);
    },
  );
  // W3C "A Well-Known URL for Changing Passwords".
  app.get(
    "/.well-known/change-password",
    {
      schema: {
        tags: ["Sign in"],
        summary: "The page to change the password on",
        response: { 302: Type.Null({ description: "To the page" }) },
      },
    },
    async (_request, reply) => reply.redirect(`${publicUrl}/change-password`, 302),
  );
}
