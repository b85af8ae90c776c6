import type { FastifyRequest } from "fastify";
import { bearerToken } from "../http/bearer.ts";
import type { Authenticate, PersonCalling } from "../http/caller.ts";
import { Problem } from "../kit/problem.ts";
import type { AccessTokens } from "./access-tokens.ts";
import type { ExternalPerson } from "./external-person.ts";
import type { Session } from "./session.ts";
import type { SessionPerson } from "./session-person.ts";

interface Deps {
  readonly tokens: AccessTokens;
  readonly sessionPerson: SessionPerson;
  readonly externalPerson: ExternalPerson;
  readonly tenantOpen: (tenantId: string) => Promise<boolean>;
}

/** The calls of the signed-in person: the only ones that take a token of another issuer (contract, section 5). */
const PERSONS_OWN = /^\/v1\/me(\/|$)/;

/**
 * A token of a person is good while its session lives and the credential version that the session was opened under is the present one
 * (security.md L01). What it is good for says the session, not the token: when what was due is done, the same token opens everything.
 */
export function createAuthenticate({ tokens, sessionPerson, externalPerson, tenantOpen }: Deps): Authenticate<Session> {
  const external = async (request: FastifyRequest, token: string): Promise<PersonCalling<Session>> => {
    const person = PERSONS_OWN.test(request.routeOptions.url ?? "") ? await externalPerson(token) : null;
    if (person === null) throw new Problem("unauthenticated");
    return { kind: "user", ...person, sessionId: null, session: null };
  };
  return async (request, { limits = [] } = {}) => {
    const token = bearerToken(request);
    const claims = tokens.verify(token);
    if (claims === null) return external(request, token);
    const { kind, sub, tid, scope = "" } = claims;
    if (kind === "app" && !(await tenantOpen(tid))) throw new Problem("unauthenticated");
    if (kind === "app") return { kind, id: sub, tenantId: tid, scopes: scope.split(" ") };
    const person = await sessionPerson(claims);
    const limit = person?.session.limit;
    if (person === null || (limit !== undefined && !limits.includes(limit))) throw new Problem("unauthenticated");
    return person;
  };
}
