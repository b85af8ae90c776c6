import type { FastifyRequest } from "fastify";
import { Problem } from "../kit/problem.ts";

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
export type Caller<Session = unknown> =
  | { readonly kind: "app"; readonly id: string; readonly tenantId: string; readonly scopes: readonly string[] }
  | PersonCalling<Session>;

/** @param Session what a session is: `Session` of sign-in for whoever looks into it */
export interface PersonCalling<Session = unknown> {
  readonly kind: "user";
  readonly id: string;
  readonly tenantId: string;
  /** `null` for a token of a trusted external issuer. */
  readonly sessionId: string | null;
  /** As it was read to let the caller in; `null` where there is none. */
  readonly session: Session | null;
}

/**
 * @param options.limits the sessions that are good for one thing alone and may call here, by what they are limited to. None without it
 * @throws {Problem} `unauthenticated` without a good token
 */
export type Authenticate<Session = unknown> = (
  request: FastifyRequest,
  options?: { readonly limits?: readonly string[] },
) => Promise<Caller<Session>>;

/** @throws {Problem} `forbidden` for an application */
export function demandPerson<Session>(caller: Caller<Session>): PersonCalling<Session> {
  if (caller.kind === "user") return caller;
  throw new Problem("forbidden", { extensions: { missing: ["role"], reason: "Only people may call this." } });
}

/** @throws {Problem} `unauthenticated`, or `forbidden` naming what is missing */
export type AuthorizeApp = (request: FastifyRequest, scope: Scope) => Promise<Extract<Caller, { kind: "app" }>>;
