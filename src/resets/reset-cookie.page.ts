import type { FastifyReply, FastifyRequest } from "fastify";
import { HOUR, SECOND } from "../kit/clock.ts";
import { COOKIE } from "../pages/cookies.page.ts";
import type { ResetHolder } from "./flow-holder.ts";

const NAME = "__Host-rekey-reset";
const VALUE = /^([\w-]{1,100})\.([\w-]{43})$/;

/** The holder of the reset that this browser has begun; `null` where there is none. Id and token live here and in no address. */
export function resetHolder(request: FastifyRequest): ResetHolder | null {
  const [, id, token] = VALUE.exec(request.cookies[NAME] ?? "") ?? [];
  return id === undefined || token === undefined ? null : { id, token };
}

/** Kept for an hour longer than the reset, so that whoever comes too late is told so. @param lifeMs how long the reset is good */
export function keepReset(reply: FastifyReply, { id, token }: ResetHolder, lifeMs: number): void {
  reply.setCookie(NAME, `${id}.${token}`, { ...COOKIE, maxAge: Math.ceil((lifeMs + HOUR) / SECOND) });
}

export function forgetReset(reply: FastifyReply): void {
  reply.clearCookie(NAME, COOKIE);
}
