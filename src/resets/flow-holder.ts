import { Problem } from "../kit/problem.ts";
import { sha256 } from "../kit/seal.ts";
import type { FlowPurpose } from "./reset-flow.ts";

/** What the holder of a flow shows: its id and its token, from path and header, from the cookie, or from a session. */
export interface ResetHolder {
  readonly id: string;
  readonly token: string;
  /** Absent: a reset or an unlock. */
  readonly purpose?: "sign-in" | "proof";
}

/**
 * What is kept of a token. It is bound to the purpose: with the token of a second step, whose holder knows the password, nobody resets one,
 * and the reverse. Resets and unlocks share the plain form, and are told apart by what the flow itself says.
 */
export function flowTokenHash(purpose: FlowPurpose, token: string): string {
  return sha256(purpose === "reset" || purpose === "unlock" ? token : `${purpose} ${token}`);
}

export function tokenHashOf({ purpose, token }: ResetHolder): string {
  return flowTokenHash(purpose ?? "reset", token);
}

/** Unknown, foreign, expired, voided, finished: one and the same. For a second step it is as if nobody had signed in. */
export function flowIsOver({ purpose }: Pick<ResetHolder, "purpose">): Problem {
  return new Problem(purpose === undefined ? "invalid-reset-token" : "unauthenticated");
}
