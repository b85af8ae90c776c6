import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { bearerToken } from "../http/bearer.ts";
import { type Authenticate, demandPerson } from "../http/caller.ts";
import { requestOrigin } from "../http/request-origin.ts";
import { answers, exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { Problem } from "../kit/problem.ts";
import { ChallengeAnswer, ChallengeBody, readGiven, VerifyBody } from "../resets/challenge-schemas.ts";
import type { ResetHolder } from "../resets/flow-holder.ts";
import type { RequestChallenge } from "../resets/request-challenge.ts";
import { type PassSecondStep, secondStepHolder } from "./second-step.ts";
import type { Session } from "./session.ts";
import { SignedInAnswer } from "./signed-in-answer.http.ts";
import type { GiveProof, RequestProof } from "./step-up.ts";

export interface SecondStepRoutes {
  readonly authenticate: Authenticate<Session>;
  readonly requestChallenge: RequestChallenge;
  readonly passSecondStep: PassSecondStep;
  readonly requestProof: RequestProof;
  readonly giveProof: GiveProof;
}

const ChallengeParams = Type.Object({ challengeId: Type.String({ maxLength: 200 }) }, exact);
const tags = ["Sign in"];
const security = [{ secondStepToken: [] }, { accessToken: [] }];

/**
 * The second step, with the token that the right password gave; and a fresh proof of somebody who is signed in, with the access token
 * (contract, section 4; RFC 9470). By its looks a token is one or the other.
 */
export function registerSecondStepRoutes(app: Server, use: SecondStepRoutes): void {
  const callerOf = async (request: FastifyRequest): Promise<{ holder: ResetHolder } | { session: Session }> => {
    const holder = secondStepHolder(bearerToken(request));
    if (holder !== null) return { holder };
    // An administrator who is let in to register may have to prove the one method that is there.
    const { session } = demandPerson(await use.authenticate(request, { limits: ["registration"] }));
    if (session === null) throw new Problem("unauthenticated");
    return { session };
  };
  app.post(
    "/v1/sign-in/challenges",
    {
      schema: {
        tags,
        summary: "Ask for a code for the second step, or for a fresh proof",
        security,
        body: ChallengeBody,
        response: answers({ 202: ChallengeAnswer }, 400, 401, 403, 413, 415, 429, 503),
      },
    },
    async (request, reply) => {
      const caller = await callerOf(request);
      const origin = requestOrigin(request);
      const challenged =
        "holder" in caller
          ? await use.requestChallenge(caller.holder, request.body, origin)
          : await use.requestProof(caller.session, request.body, origin);
      return reply.code(202).send(challenged);
    },
  );
  app.post(
    "/v1/sign-in/challenges/:challengeId/verify",
    {
      schema: {
        tags,
        summary: "Give the second step, or a fresh proof",
        security,
        params: ChallengeParams,
        body: VerifyBody,
        response: answers({ 200: SignedInAnswer }, 400, 401, 403, 413, 415, 422, 429, 503),
      },
    },
    async (request) => {
      const caller = await callerOf(request);
      const { challengeId } = request.params;
      const given = readGiven(request.body);
      const signedIn =
        "holder" in caller
          ? await use.passSecondStep(caller.holder, challengeId, given)
          : await use.giveProof(caller.session, challengeId, given);
      return { ...signedIn, interrupts: [...signedIn.interrupts] };
    },
  );
}
