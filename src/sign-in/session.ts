import { HOUR, MINUTE } from "../kit/clock.ts";
import type { GateKind } from "../methods/method.ts";
import type { Interrupt } from "./interrupts.ts";

/** What the holder of a session has proved, and when. */
export interface SessionProof {
  readonly kind: GateKind | "password";
  /** The registered value that proved it; absent for the password. */
  readonly methodId?: string;
  /** Of that value when it proved it: another value in its place proves nothing yet. Absent for the password. */
  readonly revision?: number;
  readonly at: number;
}

/** What a session is good for, where it is not good for everything. */
export type SessionLimit = "change-password" | "registration";

/**
 * Somebody signed in, as Redis or memory keeps it. No name, no address, no token is in it. Absent means absent: no field is null, so that
 * Lua and TypeScript write the same JSON.
 */
export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly tenantId: string;
  /** Of the person when it was opened, or when its own holder changed the password: with any other present version the session is dead. */
  credentialVersion: number;
  readonly openedAt: number;
  /** Absolute, whatever is refreshed. */
  readonly expiresAt: number;
  /** Moved on by each refresh. */
  idleUntil: number;
  /** SHA-256 of the refresh token that is good now; empty where none was given out yet. */
  refreshHash: string;
  limit?: SessionLimit;
  /** The latest of each kind and method. */
  proofs: readonly SessionProof[];
  /** What the holder put off, for as long as this session lives. */
  skipped?: readonly Interrupt[];
}

/** NIST SP 800-63B-4 §2.2.3 (AAL2): at most 24 hours in all, an hour without a sign of life. */
export const SESSION_MS = 12 * HOUR;
export const SESSION_IDLE_MS = HOUR;
/** So long a proof is fresh (ASVS 7.5.1, security.md J01). */
export const FRESH_MS = 5 * MINUTE;

/** Whether it was proved by this registered value, as it is now. */
export function provedBy(proof: SessionProof, method: { kind: GateKind; methodId: string; revision: number }): boolean {
  return proof.kind === method.kind && proof.methodId === method.methodId && proof.revision === method.revision;
}
