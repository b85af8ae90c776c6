import type { Sealer } from "../keys/sealer.ts";
import { type Clock, MINUTE } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import { newId, newToken, type Random } from "../kit/random.ts";
import type { ChallengeMethod } from "../methods/method.ts";
import type { UsableMethod } from "../policy/eligibility.ts";
import { accountTag, newFlowAddress } from "../resets/account-tag.ts";
import type { ResetHolder } from "../resets/flow-holder.ts";
import type { OfferedMethod } from "../resets/judge-flow.ts";
import type { Given } from "../resets/later-proofs.ts";
import { type Origin, openOrigin, sealOrigin } from "../resets/origin.ts";
import type { ProveGate } from "../resets/prove-gate.ts";
import type { ResetFlow } from "../resets/reset-flow.ts";
import type { ResetStore } from "../resets/reset-store.ts";
import { newSignedInFlow } from "../resets/signed-in-flow.ts";
import { sourceNetwork } from "../throttle/source.ts";
import type { Account } from "../users/account.ts";
import type { AccountStore } from "../users/account-store.ts";
import { lookupKey } from "../users/user-principal-name.ts";
import type { FinishSignIn, SignedIn } from "./finish-sign-in.ts";
import { needsSecondStep, secondStepMethods } from "./provable-methods.ts";
import type { SessionProof } from "./session.ts";

/** What the right password alone answers where a second step is due. */
export interface SecondStepDue {
  readonly next: "second-step";
  /** Good for the second step, and for nothing else. */
  readonly token: string;
  readonly methods: readonly OfferedMethod[];
}

export interface SecondStepDeps {
  readonly store: ResetStore;
  readonly accounts: AccountStore;
  readonly proveGate: ProveGate;
  readonly finishSignIn: FinishSignIn;
  /** The source of the password is familiar from now on: not before the second step, or a stolen password would make one so. */
  readonly welcome: (userId: string, sourceTag: string, now: number) => Promise<void>;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly random: Random;
  readonly deliverable: ReadonlySet<ChallengeMethod>;
}

/** So long the right password waits for its second step. */
const SECOND_STEP_MS = 10 * MINUTE;
/** The flow's id and its secret: the id says where it lies. */
const TOKEN = /^(b\d\d-[\w-]{22})\.([\w-]{43})$/;

/** The flow of a second-step token; `null` for a token that is none by its looks. */
export function secondStepHolder(token: string): ResetHolder | null {
  const [, id, secret] = TOKEN.exec(token) ?? [];
  return id === undefined || secret === undefined ? null : { id, token: secret, purpose: "sign-in" };
}

/** Opens the second step of somebody who gave the right password; `null` where none is due. */
export type BeginSecondStep = (account: Account, asked: boolean, origin: Origin, now: number) => Promise<SecondStepDue | null>;

export function createBeginSecondStep({ store, sealer, random, deliverable }: SecondStepDeps): BeginSecondStep {
  return async (account, asked, origin, now) => {
    const methods = secondStepMethods(account, { now, deliverable });
    if (!needsSecondStep(account, methods, asked, { now, deliverable })) return null;
    const tag = accountTag(sealer, lookupKey(account.userPrincipalName));
    const address = newFlowAddress(tag, random);
    const token = newToken(random);
    const { flowId: id } = address;
    const sealed = sealOrigin(sealer, id, origin, now);
    const flow = newSignedInFlow(
      { purpose: "sign-in", id, token, tag, account, methods, origin: sealed, now, lifeMs: SECOND_STEP_MS },
      random,
    );
    await store.open(address, { flow, starts: [], workProved: false, now, eventId: newId(random) });
    return { next: "second-step", token: `${id}.${token}`, methods: offered(methods) };
  };
}

export function offered(methods: readonly UsableMethod[]): OfferedMethod[] {
  return methods.map(({ method, methodId, hint }) => ({ method, methodId, hint }));
}

export type PassSecondStep = (holder: ResetHolder, challengeId: string, given: Given) => Promise<SignedIn>;

/**
 * Passes the second step, once, and opens the session. Account and method are judged anew: whoever was disabled, or whose password or
 * method changed since, is as if they had not signed in. A frozen recovery stops resets, not this: its owner signs in to lift it.
 */
export function createPassSecondStep(deps: SecondStepDeps): PassSecondStep {
  const { accounts, proveGate, sealer, clock, deliverable } = deps;
  return async (holder, challengeId, given) => {
    const flow = await proveGate(holder, challengeId, given);
    const now = clock.now();
    const account = flow.userId === undefined ? null : await accounts.findById(flow.userId, "");
    if (account === null || !account.enabled || account.credentialVersion !== flow.credentialVersion) throw new Problem("unauthenticated");
    const proof = proofOf(flow, secondStepMethods(account, { now, deliverable }));
    if (proof === null) throw new Problem("unauthenticated");
    const { address } = openOrigin(sealer, flow.id, flow.origin);
    await deps.welcome(account.id, sealer.tag("source", sourceNetwork(address)), now);
    return deps.finishSignIn(account, [{ kind: "password", at: flow.openedAt }, proof], now, flow);
  };
}

/** What a passed flow proved, if the method is still there with the same value; `null` where it is not. */
export function proofOf(flow: ResetFlow, present: readonly UsableMethod[]): SessionProof | null {
  const [proof] = Object.values(flow.proofs);
  const method = present.find(({ methodId, revision }) => methodId === proof?.methodId && revision === proof.revision);
  if (proof === undefined || method === undefined) return null;
  return { kind: method.kind, methodId: method.methodId, revision: method.revision, at: proof.at };
}
