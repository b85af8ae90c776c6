import { randomInt } from "node:crypto";
import type { SentCodes } from "../../src/methods/sent-code.ts";
import type { HttpClient } from "./http-client.ts";

/** A reset as its start answered it. */
export interface OpenReset {
  readonly id: string;
  readonly token: string;
}

/** The steps of a reset over HTTP, on the product and on whatever has the same routes. */
export interface ResetWalk {
  start(userPrincipalName: string): Promise<OpenReset>;
  /** Answers the id of the challenge. */
  challenge(reset: OpenReset): Promise<string>;
  verify(reset: OpenReset, challengeId: string): Promise<{ next: string }>;
  setPassword(reset: OpenReset, newPassword: string): Promise<void>;
  /** The code that the person is sent. */
  codeOf(reset: OpenReset, challengeId: string): string;
}

const ROOT = "/v1/password-resets";

export function createResetWalk(client: HttpClient, sentCodes: SentCodes): ResetWalk {
  const codeOf = ({ id: flowId }: OpenReset, challengeId: string) => sentCodes.derive({ purpose: "reset", flowId, challengeId });
  return {
    start: (userPrincipalName) => client.post<OpenReset>(ROOT, { body: { userPrincipalName }, status: 201 }),
    async challenge({ id, token }) {
      const call = { token, body: { method: "email" }, status: 202 };
      return (await client.post<{ challengeId: string }>(`${ROOT}/${id}/challenges`, call)).challengeId;
    },
    verify: (reset, challengeId) =>
      client.post(`${ROOT}/${reset.id}/challenges/${challengeId}/verify`, {
        token: reset.token,
        body: { code: codeOf(reset, challengeId) },
        status: 200,
      }),
    setPassword: ({ id, token }, newPassword) => client.post(`${ROOT}/${id}/password`, { token, body: { newPassword }, status: 204 }),
    codeOf,
  };
}

const WORDS = "plum violin harbour tuesday lantern gravel saddle orchid thunder pebble walnut ribbon copper meadow falcon anchor".split(
  " ",
);

/** Three words and three digits, as people are told to; what a password costs to judge depends on its length and its digits. */
export function newPassword(): string {
  const chosen = Array.from({ length: 3 }, () => WORDS[randomInt(WORDS.length)]);
  return `${chosen.join(" ")} ${randomInt(100, 1000)}`;
}
