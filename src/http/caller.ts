import type { FastifyRequest } from "fastify";
import { Problem } from "../kit/problem.ts";
import type { Right } from "../kit/rights.ts";

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

/** Who calls the administration. */
export interface Administering {
  readonly kind: "app" | "user";
  readonly id: string;
  readonly tenantId: string;
  /** Of a person, as they were when the call came in; an application has none, and reaches nobody who has any. */
  readonly roles: readonly string[];
  /** An application's scopes, or what a person's roles give. */
  readonly rights: ReadonlySet<Right>;
}

/** A right, or several of which one is enough: the thing itself says which, once it is looked at. */
export type NeededRight = Right | readonly [Right, ...Right[]];

/** @throws {Problem} `unauthenticated`, `reauthentication-required`, or `forbidden` naming what is missing */
export type Authorize = (request: FastifyRequest, rights: readonly NeededRight[]) => Promise<Administering>;
