import type { FastifyReply, FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { COOKIE } from "../pages/cookies.page.ts";
import { ACCESS_TOKEN_SECONDS } from "./access-tokens.ts";

const SESSION = "__Host-rekey-session";
const PROOF = "__Host-rekey-proof";
const PROOF_SECONDS = 900;

/** Whoever goes away from an open page for as long as an access token lives signs in again; each page gives a new one. */
export function keepSession(reply: FastifyReply, accessToken: string): void {
  reply.setCookie(SESSION, accessToken, { ...COOKIE, maxAge: ACCESS_TOKEN_SECONDS });
}

export function sessionToken(request: FastifyRequest): string | null {
  return request.cookies[SESSION] ?? null;
}

export function forgetSession(reply: FastifyReply): void {
  reply.clearCookie(SESSION, COOKIE);
}

const text = (maxLength: number) => Type.String({ maxLength });
const WaySchema = Type.Object({ method: text(40), methodId: Type.Optional(text(60)), hint: Type.Optional(text(320)) });
const ProofSchema = Type.Object(
  {
    /** Of the second step; absent where the holder of an open session proves again. */
    token: Type.Optional(text(400)),
    ways: Type.Array(WaySchema, { maxItems: 20 }),
    /** Where it leads to afterwards. */
    after: Type.String({ pattern: "^/security-info(/(add|change|remove)/[\\w-]{1,64})?$" }),
    challenge: Type.Optional(
      Type.Object({ id: text(100), way: WaySchema, expiresAt: Type.Integer(), resendAfter: Type.Union([Type.Integer(), Type.Null()]) }),
    ),
  },
  { additionalProperties: false },
);

/**
 * A proof on its way, as its pages need it: masked hints and times, nothing that decides. What is true is in the flow that the token
 * leads to, so whoever changes this cookie changes the words of the own page.
 */
export type PendingProof = Static<typeof ProofSchema>;

export function keepProof(reply: FastifyReply, proof: PendingProof): void {
  reply.setCookie(PROOF, Buffer.from(JSON.stringify(proof)).toString("base64url"), { ...COOKIE, maxAge: PROOF_SECONDS });
}

/** `null` where there is none, or none of ours. */
export function pendingProof(request: FastifyRequest): PendingProof | null {
  try {
    const proof: unknown = JSON.parse(Buffer.from(request.cookies[PROOF] ?? "", "base64url").toString());
    return Value.Check(ProofSchema, proof) ? proof : null;
  } catch {
    return null;
  }
}

export function forgetProof(reply: FastifyReply): void {
  reply.clearCookie(PROOF, COOKIE);
}
