import formbody from "@fastify/formbody";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { Problem } from "../kit/problem.ts";
import type { CallScript } from "../messages/call-script.ts";

export interface VoiceCallRoute {
  readonly publicUrl: string;
  readonly isGenuine: (signature: string | undefined, url: string, fields: Readonly<Record<string, unknown>>) => boolean;
  /** What the call of a ticket says next; `null` for a ticket that is not ours. */
  readonly answerCall: (ticket: string, call: { to?: string; key?: string }) => Promise<CallScript | null>;
  readonly write: (script: CallScript) => string;
}

const BODY_LIMIT = 16 * 1024;
const Params = Type.Object({ ticket: Type.String({ maxLength: 500 }) }, exact);

/** Where Twilio asks what a call says. */
export function callUrl(publicUrl: string, ticket: string): string {
  return `${publicUrl}/twilio/voice/${ticket}`;
}

/**
 * `POST /twilio/voice/{ticket}`: Twilio's door, and nobody else's. The signature is over PUBLIC_URL and the ticket, never over what the
 * request says of itself (attacks A01), and is judged before anything is looked up. The fields are Twilio's, which adds to them as it likes.
 */
export async function registerVoiceCallRoute(app: Server, use: VoiceCallRoute): Promise<void> {
  await app.register(async (scope: Server) => {
    // What is signed are the fields of a form: nothing else is read.
    scope.removeAllContentTypeParsers();
    await scope.register(formbody, { bodyLimit: BODY_LIMIT });
    scope.post(
      "/twilio/voice/:ticket",
      { schema: { hide: true, params: Params }, preValidation: async (request) => demandSignature(use, request) },
      async (request, reply) => {
        const { To: to, Digits: key } = request.body as Record<string, unknown>;
        const script = await use.answerCall(request.params.ticket, {
          ...(typeof to === "string" ? { to } : {}),
          ...(typeof key === "string" ? { key } : {}),
        });
        if (script === null) throw new Problem("not-found");
        return reply.type("text/xml; charset=utf-8").send(use.write(script));
      },
    );
  });
}

function demandSignature({ publicUrl, isGenuine }: VoiceCallRoute, { headers, params, body }: FastifyRequest): void {
  const signature = headers["x-twilio-signature"];
  const url = callUrl(publicUrl, (params as { ticket: string }).ticket);
  const fields = typeof body === "object" && body !== null && !Array.isArray(body) ? { ...body } : {};
  if (typeof signature === "string" && isGenuine(signature, url, fields)) return;
  throw new Problem("forbidden", { extensions: { missing: ["signature"], reason: "The request is not signed as Twilio signs." } });
}
