import type { Clock } from "../kit/clock.ts";
import type { AccessClaims } from "./access-tokens.ts";
import type { PresentVersion } from "./present-version.ts";
import type { Session } from "./session.ts";
import type { SessionStore } from "./session-store.ts";

/** Somebody who is signed in, as `Authenticate` lets them in. Without a session: by a token of a trusted external issuer. */
export interface Person {
  readonly kind: "user";
  readonly id: string;
  readonly tenantId: string;
  readonly sessionId: string | null;
  readonly session: Session | null;
}

/** Signed in here. */
export type SignedInPerson = Person & { readonly sessionId: string; readonly session: Session };

/**
 * The person whose access token it is; `null` where the session does not live, or was opened under another credential version than the
 * present one (security.md L01). What a session is limited to is for the caller to look at.
 */
export type SessionPerson = (claims: AccessClaims) => Promise<SignedInPerson | null>;

interface Deps {
  readonly sessions: SessionStore;
  readonly presentVersion: PresentVersion;
  /** Whether an organisation is not suspended. */
  readonly tenantOpen: (tenantId: string) => Promise<boolean>;
  readonly clock: Clock;
}

/** One wave. Suspension is read from PostgreSQL each time: no process may go on for a second after it (docs/decisions/0005, 0056). */
export function createSessionPerson({ sessions, presentVersion, tenantOpen, clock }: Deps): SessionPerson {
  return async ({ kind, sub, tid, sid }) => {
    if (kind !== "user" || sid === undefined) return null;
    const [session, version, open] = await Promise.all([sessions.read(sid, clock.now()), presentVersion(sub), tenantOpen(tid)]);
    const good = open && session !== null && session.userId === sub && session.tenantId === tid && session.credentialVersion === version;
    return good ? { kind, id: sub, tenantId: tid, sessionId: sid, session } : null;
  };
}
