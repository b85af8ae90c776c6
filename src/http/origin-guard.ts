import type { FastifyRequest } from "fastify";
import { Problem } from "../kit/problem.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * State-changing calls by a browser come from our own origin or a configured one; others are refused also without a cookie, or any page
 * could make its visitors' browsers start resets (attacks A15). Calls without `Origin` are not a browser's.
 * Page forms have their own guard: under `no-referrer` a browser sends `Origin: null` there.
 */
export function createOriginGuard(allowed: readonly string[]) {
  const origins = new Set(allowed);
  return async (request: FastifyRequest): Promise<void> => {
    const { origin } = request.headers;
    if (SAFE.has(request.method) || origin === undefined || origins.has(origin)) return;
    throw new Problem("origin-not-allowed");
  };
}
