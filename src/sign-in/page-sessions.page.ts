import type { FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../kit/clock.ts";
import type { Problem } from "../kit/problem.ts";
import { leaveNote } from "../pages/cookies.page.ts";
import type { AccessTokens } from "./access-tokens.ts";
import { signInAgain } from "./proof-forms.page.tsx";
import { FRESH_MS } from "./session.ts";
import type { SessionPerson, SignedInPerson } from "./session-person.ts";
import { keepProof, keepSession, type PendingProof, sessionToken } from "./sign-in-cookies.page.ts";

interface Deps {
  readonly tokens: AccessTokens;
  readonly sessionPerson: SessionPerson;
  readonly clock: Clock;
}

/** The session of a browser, for the pages of whoever is signed in. */
export interface PageSessions {
  /** Whoever is signed in here, whatever the session is limited to. The cookie is given anew: it lives as long as an access token. */
  holder(request: FastifyRequest, reply: FastifyReply): Promise<SignedInPerson | null>;
  /** As `holder`; `null` also where a change of the password comes first. */
  person(request: FastifyRequest, reply: FastifyReply): Promise<SignedInPerson | null>;
  /** Where whoever is not such a person has to go. */
  away(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  askProof(
    request: FastifyRequest,
    reply: FastifyReply,
    problem: Problem,
    person: { session: SignedInPerson["session"] | null },
  ): FastifyReply;
}

export function createPageSessions({ tokens, sessionPerson, clock }: Deps): PageSessions {
  const holder: PageSessions["holder"] = async (request, reply) => {
    const claims = tokens.verify(sessionToken(request) ?? "");
    const person = claims === null ? null : await sessionPerson(claims);
    if (claims !== null && person !== null) {
      const { sub, tid, kind, sid } = claims;
      keepSession(reply, tokens.sign({ sub, tid, kind, ...(sid === undefined ? {} : { sid }) }));
    }
    return person;
  };
  return {
    holder,
    async person(request, reply) {
      const found = await holder(request, reply);
      return found?.session.limit === "change-password" ? null : found;
    },
    async away(request, reply) {
      const found = await holder(request, reply);
      return found?.session.limit === "change-password" ? reply.redirect("/change-password", 303) : signInAgain(reply);
    },
    askProof(request, reply, problem, { session }) {
      const ways = problem.extensions.methods as PendingProof["ways"];
      // Nothing to prove it with: the password, anew.
      if (ways.length === 0) return signInAgain(reply);
      const proved = session?.proofs.some(({ kind, at }) => kind !== "password" && clock.now() - at <= FRESH_MS);
      if (proved === true) leaveNote(reply, { kind: "one-more" });
      const asked = request.method === "GET" ? (request.url.split("?", 1)[0] ?? "") : "";
      const after = /^\/security-info\/(add|change|remove)\/[\w-]{1,64}$/.test(asked) ? asked : "/security-info";
      keepProof(reply, { ways: [...ways], after });
      return reply.redirect("/sign-in/proof", 303);
    },
  };
}
