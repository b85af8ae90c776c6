import type { Random } from "../kit/random.ts";
import type { AccessTokens } from "./access-tokens.ts";
import { done, interrupted, type SignedIn } from "./finish-sign-in.ts";
import type { InterruptsOf } from "./interrupts.ts";
import { newRefreshToken } from "./refresh-tokens.ts";
import { SESSION_IDLE_MS, type Session } from "./session.ts";
import type { SessionStore } from "./session-store.ts";

/**
 * Answers as sign-in does for a session that is open already: after a fresh proof, or when something that was due was done or put off.
 * `replace`: a refresh token that was given out before is replaced, for whoever has just proved something. `first`: only where there is none
 * yet, so that of two at once one gets it. `null`: the session is over, or has one.
 */
export type ResumeSession = (session: Session, now: number, refreshToken: "replace" | "first") => Promise<SignedIn | null>;

interface Deps {
  readonly sessions: SessionStore;
  readonly tokens: AccessTokens;
  readonly interruptsOf: InterruptsOf;
  readonly random: Random;
}

export function createResumeSession({ sessions, tokens, interruptsOf, random }: Deps): ResumeSession {
  return async ({ limit: before, ...session }, now, refresh) => {
    const { interrupts, limit } = await interruptsOf(session.userId, now);
    const limited = limit === undefined ? {} : { limit };
    const present: Session = { ...session, ...limited };
    const { credentialVersion } = session;
    if (limit !== before && !(await sessions.renew(session.id, { now, credentialVersion, ...limited }))) return null;
    const left = interrupts.filter((interrupt) => !session.skipped?.includes(interrupt));
    if (left.length > 0) return interrupted(tokens, present, left);
    const { refreshToken, refreshHash } = newRefreshToken(session.id, random);
    const step = { now, nextHash: refreshHash, idleMs: SESSION_IDLE_MS, ...(refresh === "first" ? { first: true as const } : {}) };
    return (await sessions.reissue(session.id, step)) ? done(tokens, present, refreshToken) : null;
  };
}
