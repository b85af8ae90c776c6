import cors from "@fastify/cors";
import type { FastifyRequest } from "fastify";
import { Problem } from "../kit/problem.ts";
import type { Server } from "./server.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

interface Options {
  readonly publicUrl: string;
  /** CORS_ORIGINS: exact origins, never a pattern. */
  readonly corsOrigins: readonly string[];
}

/**
 * Which browsers may call the API. Configured origins get CORS headers (Fetch standard), without credentials: the API knows no cookie.
 * State-changing calls from any other origin are refused also without a cookie, or any page could make its visitors' browsers start resets (attacks A15).
 * Calls without `Origin` are not a browser's. Page forms have a guard of their own.
 */
export async function guardOrigins(api: Server, { publicUrl, corsOrigins }: Options): Promise<void> {
  if (corsOrigins.length > 0)
    await api.register(cors, {
      origin: [...corsOrigins],
      methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
      allowedHeaders: ["Authorization", "Content-Type", "If-Match", "Idempotency-Key"],
      exposedHeaders: ["ETag", "Location", "Retry-After"],
      maxAge: 600,
      hideOptionsRoute: true,
    });
  const origins = new Set([publicUrl, ...corsOrigins]);
  api.addHook("onRequest", async (request: FastifyRequest): Promise<void> => {
    const { origin } = request.headers;
    if (SAFE.has(request.method) || origin === undefined || origins.has(origin)) return;
    throw new Problem("origin-not-allowed");
  });
}
