import { type Static, Type } from "typebox";
import { CHALLENGE_METHODS, type ChallengeMethod } from "../methods/method.ts";
import type { Given } from "./later-proofs.ts";

/** What goes over the wire to ask for a proof and to give it: the same in a reset and in a second step (contract, sections 3 and 4). */
const exact = { additionalProperties: false } as const;
const Timestamp = Type.String({ format: "date-time", description: "RFC 3339, UTC" });

export const MethodSchema = Type.Unsafe<ChallengeMethod>({ type: "string", enum: [...CHALLENGE_METHODS] });
export const OfferedMethodSchema = Type.Object({ method: MethodSchema, methodId: Type.String(), hint: Type.String() }, exact);

export const ChallengeBody = Type.Object(
  { method: MethodSchema, methodId: Type.Optional(Type.String({ minLength: 1, maxLength: 100, pattern: "^[\\w-]+$" })) },
  exact,
);
export const ChallengeAnswer = Type.Object(
  { challengeId: Type.String(), method: MethodSchema, expiresAt: Timestamp, resendAfter: Type.Union([Timestamp, Type.Null()]) },
  exact,
);

/** One of the two: a code, or answers by the id of the question. */
export const VerifyBody = Type.Object(
  {
    code: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    answers: Type.Optional(
      Type.Record(Type.String({ pattern: "^[\\w-]{1,100}$" }), Type.String({ maxLength: 400 }), {
        ...exact,
        minProperties: 1,
        maxProperties: 5,
        description: "By the id of the question; where the method is securityQuestions",
      }),
    ),
  },
  { ...exact, minProperties: 1, maxProperties: 1 },
);

export function readGiven({ code, answers }: Static<typeof VerifyBody>): Given {
  return answers === undefined ? { code: code ?? "" } : { answers };
}
