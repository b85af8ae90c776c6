import type { FastifyReply, FastifyRequest } from "fastify";
import { chooseLanguage, isLanguage, type Language } from "../kit/language.ts";
import { COOKIE } from "./cookies.page.ts";

const CHOSEN = "__Host-rekey-language";
const YEAR_SECONDS = 31_536_000;

/** `?lang=`, then what was chosen before, then the browser's wishes. A choice is remembered; it tells nothing about anybody. */
export function pageLanguage(request: FastifyRequest, reply: FastifyReply): Language {
  const { lang } = request.query as { lang?: unknown };
  const asked = typeof lang === "string" && isLanguage(lang) ? lang : null;
  const chosen = request.cookies[CHOSEN];
  if (asked !== null && asked !== chosen) reply.setCookie(CHOSEN, asked, { ...COOKIE, maxAge: YEAR_SECONDS });
  return chooseLanguage(asked, chosen, request.headers["accept-language"]);
}
