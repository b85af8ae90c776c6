import type { FastifyRequest } from "fastify";

export const SCOPES = [
  "users:read",
  "users:write",
  "groups:read",
  "groups:write",
  "methods:read",
  "methods:write",
  "policy:read",
  "policy:write",
  "resets:write",
  "audit:read",
  "reports:read",
  "directories:read",
  "directories:write",
  "events:write",
] as const;
export type Scope = (typeof SCOPES)[number];

/** Who is calling, proved by an access token. */
export type Caller =
  | { readonly kind: "app"; readonly id: string; readonly tenantId: string; readonly scopes: readonly string[] }
  | { readonly kind: "user"; readonly id: string; readonly tenantId: string };

/** @throws {Problem} `unauthenticated` without a good token */
export type Authenticate = (request: FastifyRequest) => Promise<Caller>;

/** @throws {Problem} `unauthenticated`, or `forbidden` naming what is missing */
export type AuthorizeApp = (request: FastifyRequest, scope: Scope) => Promise<Extract<Caller, { kind: "app" }>>;
