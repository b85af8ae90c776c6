import type { Sealer } from "../keys/sealer.ts";
import type { Clock } from "../kit/clock.ts";
import { Problem, tooManyAttempts } from "../kit/problem.ts";
import { newId, type Random } from "../kit/random.ts";
import type { JudgeNewPassword } from "../passwords/judge-new-password.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import { accountTag } from "../resets/account-tag.ts";
import { type Origin, sealOrigin } from "../resets/origin.ts";
import { judge } from "../throttle/counter.ts";
import type { Limits } from "../throttle/limits.ts";
import { sourceNetwork } from "../throttle/source.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { Account } from "../users/account.ts";
import type { AccountStore } from "../users/account-store.ts";
import { lookupKey } from "../users/user-principal-name.ts";
import type { CredentialVersions } from "./credential-versions.ts";
import type { InterruptsOf } from "./interrupts.ts";
import { comparing, type Lockout } from "./lockout.ts";
import type { Session } from "./session.ts";
import type { SessionStore } from "./session-store.ts";
import type { StoredPassword } from "./sign-in.ts";

/** A change that was proved and judged. */
export interface PasswordChange {
  readonly userId: string;
  readonly phc: string;
  /** Of the person when the present password was proved: with another one it is not the present password any more. */
  readonly credentialVersion: number;
  readonly sourceTag: string;
  /** The "this was not me" link of the notice. */
  readonly linkId: string;
  /** Sealed to the link: who changed it, from where. */
  readonly origin: string;
  readonly now: number;
}

/** All that must be true for ever about a change, in one transaction. `outdated`: another change came first, or the account was closed. */
export type CommitPasswordChange = (
  change: PasswordChange,
) => Promise<{ readonly outcome: "changed"; readonly credentialVersion: number } | { readonly outcome: "outdated" }>;

export interface ChangePasswordDeps {
  readonly accounts: AccountStore;
  readonly passwordOf: (userId: string | null) => Promise<StoredPassword | null>;
  readonly hasher: PasswordHasher;
  readonly judgeNewPassword: JudgeNewPassword;
  readonly commit: CommitPasswordChange;
  readonly lockout: Lockout;
  readonly throttle: ThrottleStore;
  readonly limits: Limits;
  readonly sessions: Pick<SessionStore, "renew" | "prove">;
  readonly versions: CredentialVersions;
  readonly interruptsOf: InterruptsOf;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly random: Random;
}

/** Who changes it: signed in here, or at a trusted issuer and then without a session. */
export interface PasswordHolder {
  readonly id: string;
  readonly session: Session | null;
}

export type ChangePassword = (
  holder: PasswordHolder,
  passwords: { readonly currentPassword: string; readonly newPassword: string },
  origin: Origin,
) => Promise<void>;

/**
 * Changes the password of somebody who is signed in. The present password is the proof, whatever the session is good for; guessing it here
 * is guessing at sign-in, and counted there. Every other session ends; the one that changed it lives on.
 * @throws {Problem} `sign-in-failed` where the present password is wrong, or is not the present one any more; `password-rejected`
 */
export function createChangePassword(deps: ChangePasswordDeps): ChangePassword {
  return async (holder, { currentPassword, newPassword }, origin) => {
    const now = deps.clock.now();
    await countChange(deps, holder, now);
    const sourceTag = deps.sealer.tag("source", sourceNetwork(origin.address));
    const account = await deps.accounts.findById(holder.id, sourceTag);
    if (account === null) throw new Problem("unauthenticated");
    // Writing to a directory comes with the directories.
    if (account.directoryId !== null) throw new Problem("directory-unavailable");
    await provePresent(deps, account, currentPassword, now);
    await judgeNew(deps, account, currentPassword, newPassword);
    const linkId = newId(deps.random);
    const changed = await deps.commit({
      userId: account.id,
      phc: await deps.hasher.hash(newPassword),
      credentialVersion: holder.session?.credentialVersion ?? account.credentialVersion,
      sourceTag,
      linkId,
      origin: sealOrigin(deps.sealer, linkId, origin, now),
      now,
    });
    if (changed.outcome === "outdated") throw new Problem("sign-in-failed");
    // The password is changed. Should what follows fail, a job raises the version, and the person signs in again.
    await Promise.allSettled([
      deps.versions.raise(account.id, changed.credentialVersion),
      holder.session === null ? undefined : renew(deps, holder.session, changed.credentialVersion, now),
    ]);
  };
}

/** Counted before anything is judged, which is what costs. */
async function countChange({ throttle, limits }: ChangePasswordDeps, { id, session }: PasswordHolder, now: number): Promise<void> {
  // Of the session, so that whoever stole one cannot use up what its owner needs in the next.
  const key = `password-changes:${session?.id ?? id}`;
  const verdict = judge(await throttle.take(key, limits.passwordChanges, now), limits.passwordChanges, now);
  if (verdict.over) throw tooManyAttempts(verdict.retryAt - now);
}

async function provePresent(deps: ChangePasswordDeps, account: Account, password: string, now: number): Promise<void> {
  const { lockout, hasher, sealer } = deps;
  const attempt = { account: accountTag(sealer, lookupKey(account.userPrincipalName)), familiar: account.familiar, password };
  const admitted = await lockout.admit(attempt, now);
  if (admitted.outcome === "locked") throw tooManyAttempts(admitted.until - now);
  const { stored, right } = await comparing(lockout, attempt, now, async () => {
    const found = await deps.passwordOf(account.id);
    return { stored: found, right: found === null ? await hasher.decoy(password) : await hasher.verify(password, found.phc) };
  });
  const open = account.enabled && stored !== null && !stored.suspended && (stored.expiresAt === null || stored.expiresAt > now);
  if (!right || !open) {
    await lockout.failed(attempt, now);
    throw new Problem("sign-in-failed");
  }
  await lockout.passed(attempt);
}

async function judgeNew(deps: ChangePasswordDeps, account: Account, current: string, wanted: string): Promise<void> {
  const verdict = await deps.judgeNewPassword(account, wanted);
  const { guidance } = verdict.strength;
  if (!verdict.ok) throw new Problem("password-rejected", { extensions: { reasons: verdict.reasons, guidance } });
  // Whatever the policy says of former ones: the same again is no change, and would end a temporary one in name only.
  if (wanted.normalize("NFC") === current.normalize("NFC"))
    throw new Problem("password-rejected", { extensions: { reasons: ["in-history"], guidance } });
}

/** Under the new version, and free for what it may do now. The present password was a fresh proof. */
async function renew(deps: ChangePasswordDeps, { id, userId }: Session, credentialVersion: number, now: number): Promise<void> {
  const { limit } = await deps.interruptsOf(userId, now);
  await deps.sessions.renew(id, { now, credentialVersion, ...(limit === undefined ? {} : { limit }) });
  await deps.sessions.prove(id, { now, proof: { kind: "password", at: now } });
}
