import { Problem } from "../kit/problem.ts";
import type { ChallengeMethod } from "../methods/method.ts";
import type { Origin } from "../resets/origin.ts";
import type { Challenged, RequestChallenge } from "../resets/request-challenge.ts";
import type { AccessTokens } from "./access-tokens.ts";
import type { SignedIn } from "./finish-sign-in.ts";
import { type PassSecondStep, secondStepHolder } from "./second-step.ts";
import type { Session } from "./session.ts";
import type { SessionPerson } from "./session-person.ts";
import type { GiveProof, RequestProof } from "./step-up.ts";

interface Deps {
  readonly requestChallenge: RequestChallenge;
  readonly passSecondStep: PassSecondStep;
  readonly requestProof: RequestProof;
  readonly giveProof: GiveProof;
  readonly tokens: AccessTokens;
  readonly sessionPerson: SessionPerson;
}

/** The second step, or a fresh proof, by whichever token a browser holds. @throws {Problem} `unauthenticated`, and as the steps do */
export interface ProofSteps {
  request(bearer: string, asked: { method: ChallengeMethod; methodId?: string }, origin: Origin): Promise<Challenged>;
  verify(bearer: string, challengeId: string, code: string): Promise<SignedIn>;
}

export function createProofSteps({ tokens, sessionPerson, ...steps }: Deps): ProofSteps {
  const sessionOf = async (bearer: string): Promise<Session> => {
    const claims = tokens.verify(bearer);
    const person = claims === null ? null : await sessionPerson(claims);
    if (person === null || person.session.limit === "change-password") throw new Problem("unauthenticated");
    return person.session;
  };
  return {
    async request(bearer, asked, origin) {
      const holder = secondStepHolder(bearer);
      if (holder !== null) return steps.requestChallenge(holder, asked, origin);
      return steps.requestProof(await sessionOf(bearer), asked, origin);
    },
    async verify(bearer, challengeId, code) {
      const holder = secondStepHolder(bearer);
      if (holder !== null) return steps.passSecondStep(holder, challengeId, { code });
      return steps.giveProof(await sessionOf(bearer), challengeId, { code });
    },
  };
}
