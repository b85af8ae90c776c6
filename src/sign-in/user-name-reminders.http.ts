import { Type } from "typebox";
import { requestOrigin } from "../http/request-origin.ts";
import { answers, exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import type { RemindUserName } from "./user-name-reminders.ts";

const Body = Type.Object(
  {
    emailOrPhone: Type.String({ minLength: 1, maxLength: 320, description: "A phone number begins with the country code." }),
    proofOfWork: Type.Optional(Type.String({ maxLength: 8192 })),
  },
  exact,
);

const Accepted = Type.Object({}, { ...exact, description: "Nothing is told." });

/** "I don't know my user name" (contract, section 4). */
export function registerUserNameReminderRoutes(app: Server, { remindUserName }: { readonly remindUserName: RemindUserName }): void {
  app.post(
    "/v1/user-name-reminders",
    {
      schema: {
        tags: ["Sign in"],
        summary: "Send the user names of an address to that address",
        description: "202 always. Something is sent only where the address is verified on an account that is enabled.",
        body: Body,
        response: answers({ 202: Accepted }, 400, 403, 413, 415, 429, 503),
      },
    },
    async (request, reply) => {
      await remindUserName(request.body, requestOrigin(request));
      return reply.code(202).send({});
    },
  );
}
