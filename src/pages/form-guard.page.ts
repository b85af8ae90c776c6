import type { FastifyRequest } from "fastify";
import { Problem } from "../kit/problem.ts";

/**
 * A form may come from our own pages alone. Beside the token in the form, which binds it to this browser, the browser itself says where
 * it comes from (security.md O06). Under `no-referrer` it sends `Origin: null` with our own forms, so that is no foreign origin here;
 * `Sec-Fetch-Site` and the token still stand before whoever else sends it.
 */
export function createFormGuard(publicUrl: string) {
  return async (request: FastifyRequest): Promise<void> => {
    if (request.method !== "POST") return;
    const { origin, "sec-fetch-site": site } = request.headers;
    const foreignSite = site !== undefined && site !== "same-origin";
    const foreignOrigin = origin !== undefined && origin !== "null" && origin !== publicUrl;
    if (foreignSite || foreignOrigin) throw new Problem("origin-not-allowed");
  };
}
