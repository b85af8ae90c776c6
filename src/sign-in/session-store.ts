import type { Interrupt } from "./interrupts.ts";
import type { Session, SessionLimit, SessionProof } from "./session.ts";

export type RotateResult =
  | { readonly outcome: "rotated"; readonly session: Session }
  /** A token that was exchanged before: somebody has a copy. The session is over (RFC 9700 §4.14.2). */
  | { readonly outcome: "reused"; readonly session: Session }
  | { readonly outcome: "invalid" };

/**
 * Who is signed in. Every method is one atomic check-and-change. A session that is unknown, over or idle for too long is `null` or
 * `invalid`, one and the same. An unreachable store throws.
 */
export interface SessionStore {
  open(session: Session): Promise<void>;
  read(id: string, now: number): Promise<Session | null>;
  /** Exchanges the refresh token: of two at once with the same one, one gets a new token and the other ends the session. */
  rotate(id: string, step: { now: number; presentedHash: string; nextHash: string; idleMs: number }): Promise<RotateResult>;
  /**
   * Puts another refresh token in the place of the present one, without it being presented: after a fresh proof, or as the first one.
   * @param step `first`: only where none was given out yet, so that of two at once one gives it. False: it did not, or there is no such session
   */
  reissue(id: string, step: { now: number; nextHash: string; idleMs: number; first?: true }): Promise<boolean>;
  /** Notes a proof, in place of an older one of the same kind and method. False: there is no such session. */
  prove(id: string, step: { now: number; proof: SessionProof }): Promise<boolean>;
  /** The holder changed the password or did what was due: the session lives on under the new version, with another limit or none. */
  renew(id: string, step: { now: number; credentialVersion: number; limit?: SessionLimit }): Promise<boolean>;
  /** Remembers that the holder put something off. */
  skip(id: string, step: { now: number; interrupt: Interrupt }): Promise<boolean>;
  end(id: string): Promise<void>;
}
