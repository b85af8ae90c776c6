import { solveChallenge } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/pbkdf2";
import type { Answer } from "../journeys/product.ts";

/** Solves the challenge of a 403 as ALTCHA's widget does. */
export async function solve({ json }: Answer): Promise<string> {
  const { parameters, signature } = json.challenge;
  const challenge = { parameters, signature };
  const solution = await solveChallenge({ challenge, deriveKey });
  return Buffer.from(JSON.stringify({ challenge, solution })).toString("base64");
}

/** The ticket of a 403, for whoever would rather wait. */
export function ticketOf({ json }: Answer): string {
  return json.challenge.wait.ticket;
}
