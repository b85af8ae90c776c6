import type { FastifyRequest } from "fastify";

/** The token of `Authorization: Bearer …` (RFC 6750 §2.1); an empty string where there is none, which opens nothing. */
export function bearerToken(request: FastifyRequest): string {
  return /^Bearer ([\w\-.~+/]{1,4096}=*)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
}
