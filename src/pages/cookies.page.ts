import type { FastifyReply, FastifyRequest } from "fastify";

/**
 * Every cookie of ours: only over TLS, only from this very host, for every path, out of reach of scripts (ASVS 3.3.1 to 3.3.4). `Lax`:
 * whoever comes by a link from a mail or a chat finds the reset that was begun; nothing is ever changed by the GET that carries it.
 */
export const COOKIE = { path: "/", secure: true, httpOnly: true, sameSite: "lax" } as const;

const NOTE = "__Host-rekey-note";
const NOTE_SECONDS = 60;

/** Leaves a few words of ours for the page that a redirect leads to. Never anything that was typed. */
export function leaveNote(reply: FastifyReply, note: object): void {
  reply.setCookie(NOTE, Buffer.from(JSON.stringify(note)).toString("base64url"), { ...COOKIE, maxAge: NOTE_SECONDS });
}

/** Takes the note away and gives it back as it was read: whoever wrote it, the reader must check it. `null` without one. */
export function takeNote(request: FastifyRequest, reply: FastifyReply): unknown {
  const text = request.cookies[NOTE];
  if (text === undefined) return null;
  reply.clearCookie(NOTE, COOKIE);
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString());
  } catch {
    return null;
  }
}
