import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { Problem } from "../kit/problem.ts";
import { leaveNote } from "../pages/cookies.page.ts";
import type { ResetHolder } from "./flow-holder.ts";
import type { Note } from "./page-notes.ts";
import { resetHolder } from "./reset-cookie.page.ts";
import type { ResetFlow } from "./reset-flow.ts";
import type { ReadFlow } from "./view-reset.ts";

/** Of every form in a running reset: the token against forged ones, and the reset that its page was drawn for. */
export const formFields = { _csrf: Type.String({ maxLength: 200 }), flow: Type.String({ maxLength: 200 }) };

/** Runs a form's act in the reset of this browser, if the form's page was drawn for that one. */
export async function inFlow(
  { readFlow }: { readonly readFlow: ReadFlow },
  request: FastifyRequest,
  reply: FastifyReply,
  drawnFor: string,
  act: (holder: ResetHolder, flow: ResetFlow) => Promise<FastifyReply>,
): Promise<FastifyReply> {
  const holder = resetHolder(request);
  if (holder === null) return turn(reply, null);
  // A page left open from an older reset: what was typed there was meant for another account.
  if (holder.id !== drawnFor) return turn(reply, { kind: "other-reset" });
  try {
    return await act(holder, await readFlow(holder));
  } catch (error) {
    unlessOver(error);
    return turn(reply, null);
  }
}

/** Post, redirect, get: always 303, so that the password is never sent on (security.md O08). */
export function turn(reply: FastifyReply, note: Note | null, path = "/reset"): FastifyReply {
  if (note !== null) leaveNote(reply, note);
  return reply.redirect(path, 303);
}

/** The page tells a finished reset from an ended one, so every form leads there. Throws whatever else it was. */
export function unlessOver(error: unknown): void {
  if (!(error instanceof Problem) || error.code !== "invalid-reset-token") throw error;
}
