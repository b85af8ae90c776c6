import type { AuditEvent } from "../audit/audit-event.ts";
import type { Sealer } from "../keys/sealer.ts";
import type { Clock } from "../kit/clock.ts";
import { Problem, tooManyAttempts } from "../kit/problem.ts";
import { newId, type Random } from "../kit/random.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import { accountTag } from "../resets/account-tag.ts";
import type { Origin } from "../resets/origin.ts";
import { judge } from "../throttle/counter.ts";
import type { Limits } from "../throttle/limits.ts";
import { sourceNetwork } from "../throttle/source.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { AccountStore } from "../users/account-store.ts";
import { domainOf, lookupKey } from "../users/user-principal-name.ts";
import type { FinishSignIn, SignedIn } from "./finish-sign-in.ts";
import { comparing, type Lockout } from "./lockout.ts";
import type { BeginSecondStep, SecondStepDue } from "./second-step.ts";
import { failedSignIn, lockedSignIn } from "./sign-in-events.ts";

/** A stored password as sign-in needs it. */
export interface StoredPassword {
  readonly phc: string;
  readonly mustChange: boolean;
  readonly temporary: boolean;
  readonly suspended: boolean;
  /** Milliseconds. */
  readonly expiresAt: number | null;
}

export interface SignInDeps {
  readonly accounts: AccountStore;
  /** One statement, also for nobody. */
  readonly passwordOf: (userId: string | null) => Promise<StoredPassword | null>;
  /** Keeps the better hash, if the old one is still there. */
  readonly upgradeHash: (userId: string, old: string, phc: string) => Promise<void>;
  /** The source is familiar from now on, and an old block of a method ends: the person was here. */
  readonly welcome: (userId: string, sourceTag: string, now: number) => Promise<void>;
  readonly hasher: PasswordHasher;
  readonly beginSecondStep: BeginSecondStep;
  readonly finishSignIn: FinishSignIn;
  /** One statement. */
  readonly record: (event: AuditEvent) => Promise<unknown>;
  readonly random: Random;
  readonly throttle: ThrottleStore;
  readonly lockout: Lockout;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly limits: Limits;
}

export interface SignInInput {
  readonly userPrincipalName: string;
  readonly password: string;
  /** The person wants a second step also where none is demanded. */
  readonly secondStep?: true;
}

export type SignIn = (input: SignInInput, origin: Origin) => Promise<SignedIn | SecondStepDue>;

/**
 * Signs in with a password of the built-in directory. Unknown, disabled, wrong and suspended answer alike after the same work: one
 * look-up, one statement, one hash, one event. Counters are its own: what anonymous resets use up never blocks it (design §3).
 */
export function createSignIn(deps: SignInDeps): SignIn {
  const { accounts, hasher, throttle, sealer, clock, limits } = deps;
  return async ({ userPrincipalName, password, secondStep }, origin) => {
    const now = clock.now();
    const key = lookupKey(userPrincipalName);
    const sourceTag = sealer.tag("source", sourceNetwork(origin.address));
    const sourceCounter = `sign-in:source:${sourceTag}`;
    const [ofSource, { account, tenant }] = await Promise.all([
      throttle.take(sourceCounter, limits.failedSignInsOfSource, now),
      accounts.findByName({ key, domain: domainOf(userPrincipalName) ?? "" }, sourceTag),
    ]);
    // First, so that a source that is refused locks nobody out.
    const source = judge(ofSource, limits.failedSignInsOfSource, now);
    if (source.over) throw tooManyAttempts(source.retryAt - now);
    const attempt = { account: accountTag(sealer, key), familiar: account?.familiar === true, password };
    const admitted = await deps.lockout.admit(attempt, now);
    const tried = { id: newId(deps.random), now, tenantId: tenant?.id ?? null, account };
    if (admitted.outcome === "locked") {
      const { familiar } = attempt;
      if (await throttle.once(`sign-in:locked:${attempt.account}:${familiar}:${admitted.until}`, admitted.until, now))
        await deps.record(lockedSignIn(tried, familiar, admitted.until));
      throw tooManyAttempts(admitted.until - now);
    }

    const { stored, right } = await comparing(deps.lockout, attempt, now, async () => {
      const found = await deps.passwordOf(account?.id ?? null);
      return { stored: found, right: found === null ? await hasher.decoy(password) : await hasher.verify(password, found.phc) };
    });
    const open = account?.enabled === true && stored !== null && !stored.suspended && (stored.expiresAt === null || stored.expiresAt > now);
    if (!right || !open) {
      await Promise.all([deps.lockout.failed(attempt, now), deps.record(failedSignIn(tried, stored, right))]);
      throw new Problem("sign-in-failed");
    }
    // Counted before the password was compared, so that a race gains nothing; an office that comes to work behind one address fails nothing.
    await Promise.all([deps.lockout.passed(attempt), throttle.giveBack(sourceCounter)]);
    if (hasher.needsRehash(stored.phc)) await deps.upgradeHash(account.id, stored.phc, await hasher.hash(password));
    // Only now, after the right password: whether there is a second step tells that the name is known, and what kind of account it is.
    const due = await deps.beginSecondStep(account, secondStep === true, origin, now);
    if (due !== null) return due;
    await deps.welcome(account.id, sourceTag, now);
    return deps.finishSignIn(account, [{ kind: "password", at: now }], now);
  };
}
