import type { Session } from "./session.ts";
import type { SessionStore } from "./session-store.ts";

const SWEEP_EVERY = 1_000;

/** The sessions of the embedded default: one process, gone with it. */
export function createMemorySessionStore(): SessionStore {
  const sessions = new Map<string, Session>();
  let opened = 0;
  const alive = (id: string, now: number): Session | null => {
    const session = sessions.get(id);
    return session !== undefined && session.expiresAt > now && session.idleUntil > now ? session : null;
  };
  const sweep = (now: number) => {
    if (++opened % SWEEP_EVERY !== 0) return;
    for (const id of sessions.keys()) if (alive(id, now) === null) sessions.delete(id);
  };
  /** Changes a living session; false where there is none. */
  const change = (id: string, now: number, by: (session: Session) => void): boolean => {
    const session = alive(id, now);
    if (session === null) return false;
    by(session);
    return true;
  };
  return {
    async open(session) {
      sweep(session.openedAt);
      sessions.set(session.id, structuredClone(session));
    },
    read: async (id, now) => structuredClone(alive(id, now)),
    async rotate(id, { now, presentedHash, nextHash, idleMs }) {
      const session = alive(id, now);
      if (session === null) return { outcome: "invalid" };
      if (session.refreshHash !== presentedHash) {
        sessions.delete(id);
        return { outcome: "reused", session };
      }
      session.refreshHash = nextHash;
      session.idleUntil = now + idleMs;
      return { outcome: "rotated", session: structuredClone(session) };
    },
    async reissue(id, { now, nextHash, idleMs, first }) {
      const session = alive(id, now);
      if (session === null || (first === true && session.refreshHash !== "")) return false;
      session.refreshHash = nextHash;
      session.idleUntil = now + idleMs;
      return true;
    },
    prove: async (id, { now, proof }) =>
      change(id, now, (session) => {
        const others = session.proofs.filter(({ kind, methodId }) => kind !== proof.kind || methodId !== proof.methodId);
        session.proofs = [...others, { ...proof }];
      }),
    renew: async (id, { now, credentialVersion, limit }) =>
      change(id, now, (session) => {
        session.credentialVersion = credentialVersion;
        if (limit === undefined) delete session.limit;
        else session.limit = limit;
      }),
    skip: async (id, { now, interrupt }) =>
      change(id, now, (session) => {
        session.skipped = [...(session.skipped ?? []).filter((skipped) => skipped !== interrupt), interrupt];
      }),
    async end(id) {
      sessions.delete(id);
    },
  };
}
