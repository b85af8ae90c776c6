import type { AuditEvent } from "../audit/audit-event.ts";
import type { Sealer } from "../keys/sealer.ts";
import type { Clock } from "../kit/clock.ts";
import { Problem, tooManyAttempts } from "../kit/problem.ts";
import { newId, type Random } from "../kit/random.ts";
import { judge } from "../throttle/counter.ts";
import type { Limits } from "../throttle/limits.ts";
import { sourceNetwork } from "../throttle/source.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { AccessTokens } from "./access-tokens.ts";
import { done, interrupted, type SignedIn } from "./finish-sign-in.ts";
import type { InterruptsOf } from "./interrupts.ts";
import type { PresentVersion } from "./present-version.ts";
import { newRefreshToken, refreshHash, sessionOfRefreshToken } from "./refresh-tokens.ts";
import { SESSION_IDLE_MS, type Session } from "./session.ts";
import type { SessionStore } from "./session-store.ts";

/** @throws {Problem} `unauthenticated` for everything that is wrong with the token, `too-many-attempts` for a source that failed too often */
export type RefreshSession = (refreshToken: string, origin: { address: string }) => Promise<SignedIn>;

interface Deps {
  readonly sessions: SessionStore;
  readonly presentVersion: PresentVersion;
  readonly tenantOpen: (tenantId: string) => Promise<boolean>;
  readonly interruptsOf: InterruptsOf;
  readonly tokens: AccessTokens;
  readonly throttle: ThrottleStore;
  readonly sealer: Sealer;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly random: Random;
  readonly record: (event: AuditEvent) => Promise<unknown>;
}

/**
 * Exchanges a refresh token. One that was exchanged before was copied: whoever of the two is the thief, the session is over (RFC 9700
 * §4.14.2). What became due meanwhile is asked for at the next sign-in, which is half a day away at most.
 */
export function createRefreshSession(deps: Deps): RefreshSession {
  const { tokens, clock } = deps;
  return async (presented, { address }) => {
    const now = clock.now();
    const rotated = await rotate(deps, presented, now);
    if (rotated === null) {
      await countFailure(deps, address, now);
      throw new Problem("unauthenticated");
    }
    const { session, refreshToken } = rotated;
    if (session.limit === undefined) return done(tokens, session, refreshToken);
    return interrupted(tokens, session, (await deps.interruptsOf(session.userId, now)).interrupts);
  };
}

/** `null` for whatever is no live refresh token. All that may fail comes before the exchange: a client that is answered 503 may try again. */
async function rotate(
  { sessions, presentVersion, tenantOpen, record, random }: Deps,
  presented: string,
  now: number,
): Promise<{ session: Session; refreshToken: string } | null> {
  const id = sessionOfRefreshToken(presented);
  const known = id === null ? null : await sessions.read(id, now);
  if (id === null || known === null) return null;
  // The session stays for when the organisation is no longer suspended.
  if (!(await tenantOpen(known.tenantId))) return null;
  // Of somebody whose password was reset, or who was disabled, meanwhile.
  if ((await presentVersion(known.userId)) !== known.credentialVersion) {
    await sessions.end(id);
    return null;
  }
  const next = newRefreshToken(id, random);
  const step = { now, presentedHash: refreshHash(presented), nextHash: next.refreshHash, idleMs: SESSION_IDLE_MS };
  const result = await sessions.rotate(id, step);
  if (result.outcome === "reused") await record(reuseOf(result.session, now, random));
  return result.outcome === "rotated" ? { session: result.session, refreshToken: next.refreshToken } : null;
}

function reuseOf({ userId, tenantId, openedAt }: Session, now: number, random: Random): AuditEvent {
  return {
    id: newId(random),
    at: now,
    tenantId,
    type: "session.reuse",
    outcome: "blocked",
    reason: "refresh-token-reused",
    actor: { kind: "anonymous" },
    userId,
    details: { signedInAt: new Date(openedAt).toISOString() },
  };
}

async function countFailure({ throttle, sealer, limits }: Deps, address: string, now: number): Promise<void> {
  const windows = await throttle.take(`refresh:source:${sealer.tag("source", sourceNetwork(address))}`, limits.failedClientsOfSource, now);
  const verdict = judge(windows, limits.failedClientsOfSource, now);
  if (verdict.over) throw tooManyAttempts(verdict.retryAt - now);
}
