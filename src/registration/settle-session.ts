import type { InterruptsOf } from "../sign-in/interrupts.ts";
import type { Session, SessionProof } from "../sign-in/session.ts";
import type { SessionStore } from "../sign-in/session-store.ts";

/**
 * What a change of security info means for the session that made it: a verified method is a proof of it, and it is limited to registration no
 * longer once nothing of that is due. The change itself is committed; should this fail, the next call of the session is refused at worst.
 */
export type SettleSession = (session: Session | null, now: number, proof?: Omit<SessionProof, "at">) => Promise<void>;

interface Deps {
  readonly sessions: SessionStore;
  readonly interruptsOf: InterruptsOf;
}

export function createSettleSession({ sessions, interruptsOf }: Deps): SettleSession {
  return async (session, now, proof) => {
    if (session === null) return;
    if (proof !== undefined) await sessions.prove(session.id, { now, proof: { ...proof, at: now } });
    if (session.limit !== "registration") return;
    const { limit } = await interruptsOf(session.userId, now);
    if (limit === session.limit) return;
    const { credentialVersion } = session;
    await sessions.renew(session.id, { now, credentialVersion, ...(limit === undefined ? {} : { limit }) });
  };
}
