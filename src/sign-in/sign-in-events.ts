import type { AuditEvent } from "../audit/audit-event.ts";
import type { Account } from "../users/account.ts";
import type { SessionProof } from "./session.ts";
import type { StoredPassword } from "./sign-in.ts";

/** A reset flow's counterpart of a second step: under its id lies every step. */
export interface FlowOfSignIn {
  readonly id: string;
  readonly supportCode: string;
}

/** What is known of whoever tried, before anything was proved. The name that was typed is nobody's, or a slip: it is not kept. */
export interface Tried {
  readonly id: string;
  readonly now: number;
  readonly tenantId: string | null;
  readonly account: Account | null;
}

/** The same for known and unknown names, but for whom it is about. */
export function failedSignIn({ id, now, tenantId, account }: Tried, stored: StoredPassword | null, right: boolean): AuditEvent {
  const reason = reasonOf(account, stored, right, now);
  return { ...attempt({ id, now, tenantId, account }), type: "sign-in.failed", outcome: "failure", reason };
}

/** Once for each lock: the calls that it turns away are counted, not written. */
export function lockedSignIn(tried: Tried, familiar: boolean, until: number): AuditEvent {
  const details = { sources: familiar ? "familiar" : "strange", until: new Date(until).toISOString() };
  return { ...attempt(tried), type: "sign-in.locked", outcome: "blocked", reason: "too-many-wrong-passwords", details };
}

export function completedSignIn(
  id: string,
  account: Account,
  proofs: readonly SessionProof[],
  now: number,
  flow?: FlowOfSignIn,
): AuditEvent {
  return {
    ...{ id, at: now, tenantId: account.tenant.id, type: "sign-in.complete", outcome: "success" },
    ...{ actor: { kind: "user", id: account.id }, userId: account.id },
    ...(flow === undefined ? {} : { flowId: flow.id, supportCode: flow.supportCode }),
    details: { proofs: proofs.map(({ kind }) => kind) },
  };
}

function attempt({ id, now, tenantId, account }: Tried) {
  const about = account === null ? {} : { userId: account.id };
  return { id, at: now, tenantId, actor: { kind: "anonymous" } as const, ...about };
}

/** For administrators alone: whoever stands before the page hears one answer for all of them. */
function reasonOf(account: Account | null, stored: StoredPassword | null, right: boolean, now: number): string {
  if (account === null) return "unknown-name";
  if (stored === null) return "no-password";
  if (!right) return "wrong-password";
  if (!account.enabled) return "account-disabled";
  if (stored.suspended) return "password-suspended";
  return stored.expiresAt !== null && stored.expiresAt <= now ? "password-expired" : "refused";
}
