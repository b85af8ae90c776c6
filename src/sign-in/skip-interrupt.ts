import { MINUTE } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import type { SignedIn } from "./finish-sign-in.ts";
import type { Interrupt, InterruptsOf } from "./interrupts.ts";
import type { ResumeSession } from "./resume-session.ts";
import type { Session } from "./session.ts";
import type { SessionStore } from "./session-store.ts";

/** What is left after something was put off: with the tokens of sign-in while the session has no refresh token yet and was proved lately. */
export type LeftInterrupts = SignedIn | { readonly interrupts: readonly Interrupt[] };

/** @throws {Problem} `conflict` where it cannot be put off, `unauthenticated` when the session is over */
export type SkipInterrupt = (session: Session, interrupt: Interrupt, now: number) => Promise<LeftInterrupts>;

interface Deps {
  readonly sessions: SessionStore;
  readonly interruptsOf: InterruptsOf;
  readonly resumeSession: ResumeSession;
}

const REASONS: Readonly<Record<Interrupt, string>> = {
  "change-password": "The password must be changed first.",
  "register-security-info": "Registration cannot be put off any longer.",
  "confirm-security-info": "Confirming cannot be put off.",
};

/** Puts off what is due, in this session alone: the next sign-in asks again. What is not due, or not any more, is put off without effect. */
export function createSkipInterrupt({ sessions, interruptsOf, resumeSession }: Deps): SkipInterrupt {
  return async (session, interrupt, now) => {
    const { interrupts, skippable } = await interruptsOf(session.userId, now);
    const known = session.skipped ?? [];
    const due = interrupts.includes(interrupt) && !known.includes(interrupt);
    if (due && !skippable.includes(interrupt)) throw new Problem("conflict", { extensions: { reason: REASONS[interrupt] } });
    if (due && !(await sessions.skip(session.id, { now, interrupt }))) throw new Problem("unauthenticated");
    const skipped = [...known, interrupt];
    const left = { interrupts: interrupts.filter((word) => !skipped.includes(word)) };
    // A token that was stolen must become neither one that can be refreshed nor a younger one, or it would live as long as the session.
    if (session.refreshHash !== "" || !provedLately(session, now)) return left;
    return (await resumeSession({ ...session, skipped }, now, "first")) ?? left;
  };
}

/** So long after a proof of any kind, the password's too, a session may get its first refresh token: as long as it takes to do what was due. */
const PROVED_MS = 15 * MINUTE;

function provedLately({ proofs }: Session, now: number): boolean {
  return proofs.some(({ at }) => now - at <= PROVED_MS);
}
