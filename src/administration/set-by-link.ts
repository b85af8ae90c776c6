import type { OneTimeTokens } from "../keys/one-time-tokens.ts";
import type { Sealer } from "../keys/sealer.ts";
import type { Clock } from "../kit/clock.ts";
import type { JudgeNewPassword } from "../passwords/judge-new-password.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import { type Origin, sealOrigin } from "../resets/origin.ts";
import { judge } from "../throttle/counter.ts";
import type { Limits } from "../throttle/limits.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { Account } from "../users/account.ts";
import type { AccountStore } from "../users/account-store.ts";
import type { FeelReset } from "./feel-reset.ts";

/** A link that is still good. */
export interface OpenLink {
  readonly userId: string;
  /** Of the reset it belongs to: one id from the administrator's call to the last message. */
  readonly resetId: string;
}

export interface NewPasswordByLink {
  readonly linkId: string;
  readonly phc: string;
  /** Sealed to the reset's id: who set it, from where. */
  readonly origin: string;
  readonly now: number;
}

export interface SetByLinkStore {
  /** `null` for an unknown, used, expired, replaced link, and one of somebody who is disabled or gone. One statement; changes nothing. */
  read(linkId: string, now: number): Promise<OpenLink | null>;
  /** Whether it is such a link, good or not. */
  exists(linkId: string): Promise<boolean>;
  noteDelivered(linkId: string, now: number): Promise<void>;
  noteOpened(linkId: string, now: number): Promise<void>;
  /** The current hash, suspended or not. */
  currentHash(userId: string): Promise<string | null>;
  /** One transaction: link used, password set, sessions ended, event and jobs. `gone`: somebody was quicker, or it ended. */
  set(
    password: NewPasswordByLink,
  ): Promise<
    | { readonly outcome: "set"; readonly userId: string; readonly credentialVersion: number; readonly upnKey: string }
    | { readonly outcome: "gone" }
  >;
}

export interface SetByLinkDeps {
  readonly tokens: OneTimeTokens;
  readonly links: SetByLinkStore;
  readonly accounts: AccountStore;
  readonly judgeNewPassword: JudgeNewPassword;
  readonly hasher: PasswordHasher;
  readonly feelReset: FeelReset;
  readonly throttle: ThrottleStore;
  readonly limits: Limits;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

export type SetOutcome =
  | { readonly outcome: "set" }
  | { readonly outcome: "gone" }
  | { readonly outcome: "rejected"; readonly reasons: readonly string[]; readonly guidance: readonly string[] }
  | { readonly outcome: "too-many"; readonly until: number };

/** Whose password the link of a token sets; `null` for a forged or ended one. Notes that it was opened, and uses nothing up (attacks A11). */
export type OpenSetPasswordLink = (token: string) => Promise<Account | null>;
/** Whether a token is of such a link, good or not: the page says what has become of it. Notes nothing. */
export type LeadsToNewPassword = (token: string) => Promise<boolean>;
export type SetByLink = (token: string, newPassword: string, origin: Origin) => Promise<SetOutcome>;

export function createLeadsToNewPassword({ tokens, links }: Pick<SetByLinkDeps, "tokens" | "links">): LeadsToNewPassword {
  return async (token) => {
    const linkId = tokens.linkOf(token);
    return linkId !== null && links.exists(linkId);
  };
}

export function createOpenSetPasswordLink(deps: SetByLinkDeps): OpenSetPasswordLink {
  return async (token) => {
    const linkId = deps.tokens.linkOf(token);
    const now = deps.clock.now();
    const link = linkId === null ? null : await deps.links.read(linkId, now);
    if (linkId === null || link === null) return null;
    await deps.links.noteOpened(linkId, now);
    return deps.accounts.findById(link.userId, "");
  };
}

/**
 * Sets the new password by the link, once. A refused password uses nothing up. The link proves nothing beyond itself: no session begins, the source is
 * not familiar after it, and where a second step is due it stays due.
 */
export function createSetByLink(deps: SetByLinkDeps): SetByLink {
  const { tokens, links, accounts, throttle, limits, clock, sealer } = deps;
  return async (token, newPassword, origin) => {
    const linkId = tokens.linkOf(token);
    const now = clock.now();
    const link = linkId === null ? null : await links.read(linkId, now);
    if (linkId === null || link === null) return { outcome: "gone" };
    // Counted before anything is judged, which is what costs.
    const verdict = judge(await throttle.take(`passwords:link:${linkId}`, limits.passwordsOfReset, now), limits.passwordsOfReset, now);
    if (verdict.over) return { outcome: "too-many", until: verdict.retryAt };
    const account = await accounts.findById(link.userId, "");
    if (account === null || account.directoryId !== null) return { outcome: "gone" };
    const refused = await refusalOf(deps, account, newPassword);
    if (refused !== null) return refused;
    const phc = await deps.hasher.hash(newPassword);
    const set = await links.set({ linkId, phc, origin: sealOrigin(sealer, link.resetId, origin, now), now });
    if (set.outcome === "set") await deps.feelReset(set.userId, set);
    return { outcome: set.outcome };
  };
}

async function refusalOf({ judgeNewPassword, hasher, links }: SetByLinkDeps, account: Account, wanted: string): Promise<SetOutcome | null> {
  const verdict = await judgeNewPassword(account, wanted);
  const { guidance } = verdict.strength;
  if (!verdict.ok) return { outcome: "rejected", reasons: verdict.reasons, guidance };
  // Whatever the policy says of former ones: somebody else knows the temporary one, so it must not last.
  const current = account.tenant.policy.passwords.history > 0 ? null : await links.currentHash(account.id);
  const same = current !== null && (await hasher.verify(wanted, current));
  return same ? { outcome: "rejected", reasons: ["in-history"], guidance } : null;
}
