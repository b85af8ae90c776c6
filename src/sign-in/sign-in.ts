import type { Sealer } from "../keys/sealer.ts";
import type { Clock } from "../kit/clock.ts";
import { Problem, tooManyAttempts } from "../kit/problem.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import { accountTag } from "../resets/account-tag.ts";
import { judge } from "../throttle/counter.ts";
import type { Limits } from "../throttle/limits.ts";
import { sourceNetwork } from "../throttle/source.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { AccountStore } from "../users/account-store.ts";
import { domainOf, lookupKey } from "../users/user-principal-name.ts";
import { ACCESS_TOKEN_SECONDS, type AccessTokens } from "./access-tokens.ts";

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
  readonly tokens: AccessTokens;
  readonly throttle: ThrottleStore;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly limits: Limits;
}

export type SignedIn =
  | {
      readonly next: "done";
      readonly accessToken: string;
      readonly tokenType: "Bearer";
      readonly expiresIn: number;
      readonly interrupts: readonly string[];
    }
  /** The token opens what is due, and nothing else. */
  | { readonly next: "interrupts"; readonly accessToken: string; readonly interrupts: readonly string[] };

export type SignIn = (input: { userPrincipalName: string; password: string }, origin: { address: string }) => Promise<SignedIn>;

/**
 * Signs in with a password of the built-in directory. Unknown, disabled, wrong and suspended answer alike after the same work: one
 * look-up, one statement, one hash. Counters are its own: what anonymous resets use up never blocks it (design §3).
 */
export function createSignIn(deps: SignInDeps): SignIn {
  const { accounts, hasher, throttle, sealer, clock, limits } = deps;
  return async ({ userPrincipalName, password }, origin) => {
    const now = clock.now();
    const key = lookupKey(userPrincipalName);
    const sourceTag = sealer.tag("source", sourceNetwork(origin.address));
    const { account } = await accounts.findByName({ key, domain: domainOf(userPrincipalName) ?? "" }, sourceTag);
    const counter = `sign-in:${account?.familiar === true ? "familiar" : "strange"}:${accountTag(sealer, key)}`;
    const sourceCounter = `sign-in:source:${sourceTag}`;
    const [ofAccount, ofSource] = await Promise.all([
      throttle.take(counter, limits.failedSignIns, now),
      throttle.take(sourceCounter, limits.failedSignInsOfSource, now),
    ]);
    for (const verdict of [judge(ofAccount, limits.failedSignIns, now), judge(ofSource, limits.failedSignInsOfSource, now)])
      if (verdict.over) throw tooManyAttempts(verdict.retryAt - now);

    const stored = await deps.passwordOf(account?.id ?? null);
    const right = stored === null ? await hasher.decoy(password) : await hasher.verify(password, stored.phc);
    const open = account?.enabled === true && stored !== null && !stored.suspended && (stored.expiresAt === null || stored.expiresAt > now);
    if (!right || !open) throw new Problem("sign-in-failed");
    // Counted before the password was compared, so that a race gains nothing; an office that comes to work behind one address fails nothing.
    await Promise.all([throttle.clear([counter]), throttle.giveBack(sourceCounter)]);
    if (hasher.needsRehash(stored.phc)) await deps.upgradeHash(account.id, stored.phc, await hasher.hash(password));
    await deps.welcome(account.id, sourceTag, now);
    const claims = { sub: account.id, tid: account.tenant.id, kind: "user", cv: account.credentialVersion } as const;
    if (stored.mustChange)
      return {
        next: "interrupts",
        accessToken: deps.tokens.sign({ ...claims, limit: "change-password" }),
        interrupts: ["change-password"],
      };
    const accessToken = deps.tokens.sign(claims);
    return { next: "done", accessToken, tokenType: "Bearer", expiresIn: ACCESS_TOKEN_SECONDS, interrupts: [] };
  };
}
