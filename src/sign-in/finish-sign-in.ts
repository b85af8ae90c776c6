import type { AuditEvent } from "../audit/audit-event.ts";
import { newId, type Random } from "../kit/random.ts";
import type { Account } from "../users/account.ts";
import { ACCESS_TOKEN_SECONDS, type AccessTokens } from "./access-tokens.ts";
import type { Interrupt, InterruptsOf } from "./interrupts.ts";
import { newRefreshToken } from "./refresh-tokens.ts";
import { SESSION_IDLE_MS, SESSION_MS, type Session, type SessionProof } from "./session.ts";
import type { SessionStore } from "./session-store.ts";
import { completedSignIn, type FlowOfSignIn } from "./sign-in-events.ts";

/** An open session, as `POST /v1/sign-in` and whatever ends like it answers (contract, section 4). */
export type SignedIn =
  | {
      readonly next: "done";
      readonly accessToken: string;
      readonly refreshToken: string;
      readonly tokenType: "Bearer";
      readonly expiresIn: number;
      readonly interrupts: readonly Interrupt[];
    }
  | { readonly next: "interrupts"; readonly accessToken: string; readonly interrupts: readonly Interrupt[] };

/** Opens a session for somebody who has proved enough. @param proofs the password, and the second step where there was one */
export type FinishSignIn = (account: Account, proofs: readonly SessionProof[], now: number, flow?: FlowOfSignIn) => Promise<SignedIn>;

/** An account that is kept for emergencies is used: on the record, and all Global Administrators are told. Before the session opens. */
export type BreakGlassAlarm = (account: Account, now: number) => Promise<void>;

interface Deps {
  readonly breakGlassAlarm: BreakGlassAlarm;
  /** Before the session opens: nobody signs in unrecorded (security.md S06). */
  readonly record: (event: AuditEvent) => Promise<unknown>;
  readonly sessions: SessionStore;
  readonly tokens: AccessTokens;
  readonly interruptsOf: InterruptsOf;
  readonly random: Random;
}

/**
 * While something is due there is no refresh token: the answer is good for as long as its access token, which is long enough to do it. When
 * nothing is due any more, `resume-session.ts` gives the first one.
 */
export function createFinishSignIn({ breakGlassAlarm, record, sessions, tokens, interruptsOf, random }: Deps): FinishSignIn {
  return async (account, proofs, now, flow) => {
    await record(completedSignIn(newId(random), account, proofs, now, flow));
    if (account.breakGlass) await breakGlassAlarm(account, now);
    const { interrupts, limit } = await interruptsOf(account.id, now);
    const id = newId(random);
    const { refreshToken, refreshHash } = newRefreshToken(id, random);
    const session: Session = {
      id,
      userId: account.id,
      tenantId: account.tenant.id,
      credentialVersion: account.credentialVersion,
      openedAt: now,
      expiresAt: now + SESSION_MS,
      idleUntil: now + SESSION_IDLE_MS,
      refreshHash: interrupts.length === 0 ? refreshHash : "",
      ...(limit === undefined ? {} : { limit }),
      proofs,
    };
    await sessions.open(session);
    return interrupts.length === 0 ? done(tokens, session, refreshToken) : interrupted(tokens, session, interrupts);
  };
}

/** @param refreshToken the one whose hash the session has */
export function done(tokens: AccessTokens, session: Session, refreshToken: string): SignedIn {
  const accessToken = accessTokenOf(tokens, session);
  return { next: "done", accessToken, refreshToken, tokenType: "Bearer", expiresIn: ACCESS_TOKEN_SECONDS, interrupts: [] };
}

export function interrupted(tokens: AccessTokens, session: Session, interrupts: readonly Interrupt[]): SignedIn {
  return { next: "interrupts", accessToken: accessTokenOf(tokens, session), interrupts };
}

function accessTokenOf(tokens: AccessTokens, { id, userId, tenantId, limit }: Session): string {
  return tokens.sign({ sub: userId, tid: tenantId, kind: "user", sid: id, ...(limit === undefined ? {} : { limit }) });
}
