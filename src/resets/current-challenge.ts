import { type Clock, SECOND } from "../kit/clock.ts";
import type { ChallengeMethod } from "../methods/method.ts";
import type { CodeChallenge, SentCodes } from "../methods/sent-code.ts";
import { type Eligibility, judgeEligibility } from "../policy/eligibility.ts";
import type { Account } from "../users/account.ts";
import type { AccountStore } from "../users/account-store.ts";
import type { Contact, ContactStore } from "../users/contacts.ts";
import { flowAddress } from "./account-tag.ts";
import { type FlowChallenge, isAnonymous, type ResetFlow } from "./reset-flow.ts";
import type { ResetStore } from "./reset-store.ts";

export interface CurrentChallengeDeps {
  readonly store: ResetStore;
  readonly accounts: AccountStore;
  readonly contacts: ContactStore;
  readonly clock: Clock;
  readonly deliverable: ReadonlySet<ChallengeMethod>;
}

/** A challenge that waits for its code, with the person as account and policy are now. */
export interface CurrentChallenge {
  readonly flow: ResetFlow;
  readonly challenge: FlowChallenge;
  readonly account: Account;
  readonly eligibility: Eligibility;
}

/**
 * The challenge, if its code would still be taken: neither replaced nor passed nor expired, in a flow that is still open. `null` also for
 * flows of names that nobody has.
 */
export async function currentChallenge(deps: CurrentChallengeDeps, flowId: string, challengeId: string): Promise<CurrentChallenge | null> {
  const now = deps.clock.now();
  const address = flowAddress(flowId);
  const found = address === null ? null : await deps.store.peek(address, { now });
  if (found === null || found.outcome === "invalid") return null;
  const { flow } = found;
  const { challenge, userId } = flow;
  if (challenge?.id !== challengeId || challenge.expiresAt <= now || userId === undefined) return null;
  const account = await deps.accounts.findById(userId, "");
  if (account === null) return null;
  return { flow, challenge, account, eligibility: judgeEligibility(account, { now, deliverable: deps.deliverable }) };
}

/** Whether what the flow is for may still be done by this person: resetting alone, or signing in. */
export function stillServed({ flow, account, eligibility }: CurrentChallenge): boolean {
  if (flow.decoy) return false;
  if (isAnonymous(flow)) return eligibility.canReset;
  return account.enabled && (flow.credentialVersion === undefined || flow.credentialVersion === account.credentialVersion);
}

/** Where its code may go: the value behind the challenge, if it is still the same one. `null` for whoever cannot reset, or sign in. */
export async function contactBehind({ contacts }: CurrentChallengeDeps, current: CurrentChallenge): Promise<Contact | null> {
  const { challenge, account } = current;
  if (!stillServed(current) || challenge.target === undefined) return null;
  const { id, revision } = challenge.target;
  const { all } = await contacts.contactsOf(account.id, null);
  return all.find((contact) => contact.methodId === id && contact.revision === revision) ?? null;
}

interface Coding {
  readonly sentCodes: SentCodes;
  readonly codeTtlSeconds: number;
}

/** What the code of a challenge is bound to. */
export function boundTo({ flow, challenge }: CurrentChallenge): CodeChallenge {
  return { purpose: flow.purpose === "unlock" ? "reset" : flow.purpose, flowId: flow.id, challengeId: challenge.id };
}

/** The code, the same one however often and late it is sent or said, also when the code key was rotated since the challenge was made. */
export function codeFor(current: CurrentChallenge, { sentCodes, codeTtlSeconds }: Coding): string {
  return sentCodes.derive(boundTo(current), current.challenge.expiresAt - codeTtlSeconds * SECOND);
}
