import type { FastifyRequest } from "fastify";
import { chooseLanguage, type Language } from "../kit/language.ts";

export interface RequestOrigin {
  readonly address: string;
  readonly device: string | null;
  readonly language: Language;
}

/** Where a request comes from. The address is the peer's, or what the trusted proxies report (TRUST_PROXY); a client cannot set it. */
export function requestOrigin(request: FastifyRequest): RequestOrigin {
  return { address: request.ip, device: deviceOf(request.headers["user-agent"]), language: requestLanguage(request) };
}

/** `?lang=` before `Accept-Language`. */
export function requestLanguage(request: FastifyRequest) {
  const { lang } = request.query as { lang?: unknown };
  return chooseLanguage(typeof lang === "string" ? lang : null, request.headers["accept-language"]);
}

const BROWSERS = [
  [/\bEdg(e|A|iOS)?\//, "Edge"],
  [/\bOPR\/|\bOpera/, "Opera"],
  [/\bFirefox\/|\bFxiOS\//, "Firefox"],
  [/\bCriOS\/|Chrom(e|ium)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
] as const;
const SYSTEMS = [
  [/\biPhone|\biPad/, "iOS"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
] as const;

/** "Firefox, Windows": words of ours picked by the header, never the header itself, which a stranger writes (attacks A18). */
function deviceOf(userAgent: string | undefined): string | null {
  if (userAgent === undefined) return null;
  const browser = BROWSERS.find(([pattern]) => pattern.test(userAgent))?.[1];
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1];
  const words = [browser, system].filter((word) => word !== undefined);
  return words.length === 0 ? null : words.join(", ");
}
