import type { Sealer } from "../keys/sealer.ts";
import { type Clock, timestamp } from "../kit/clock.ts";
import { Problem, tooManyAttempts } from "../kit/problem.ts";
import { newId, newToken, type Random } from "../kit/random.ts";
import type { ChallengeMethod } from "../methods/method.ts";
import { type Eligibility, judgeEligibility } from "../policy/eligibility.ts";
import { DEFAULT_ADMINISTRATOR_POLICY, DEFAULT_POLICY, methodsOfTenant } from "../policy/tenant-policy.ts";
import { judge, type Window } from "../throttle/counter.ts";
import { type Limit, type Limits, OWN_NETWORK_FACTOR, REFUSED_AT, scale } from "../throttle/limits.ts";
import type { ProofOfWork } from "../throttle/proof-of-work.ts";
import { inNetworks, sourceNetwork } from "../throttle/source.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { AccountStore, Found } from "../users/account-store.ts";
import { domainOf, lookupKey } from "../users/user-principal-name.ts";
import { accountTag, newFlowAddress } from "./account-tag.ts";
import { newFlow } from "./new-flow.ts";
import { type Origin, sealOrigin } from "./origin.ts";
import type { ResetFlow } from "./reset-flow.ts";
import type { ResetStore } from "./reset-store.ts";

export interface StartResetDeps {
  readonly accounts: AccountStore;
  readonly store: ResetStore;
  readonly throttle: ThrottleStore;
  readonly proofOfWork: ProofOfWork;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: Limits;
  readonly deliverable: ReadonlySet<ChallengeMethod>;
  readonly resetTtlSeconds: number;
}

export interface StartInput {
  readonly userPrincipalName: string;
  /** What for. Default: a new password. */
  readonly purpose?: "reset" | "unlock";
  readonly proofOfWork?: string;
}

export interface Started {
  readonly id: string;
  /** Whoever holds it holds the reset; only its hash is kept. */
  readonly token: string;
  readonly expiresAt: string;
  readonly methods: readonly ChallengeMethod[] | readonly { method: ChallengeMethod; methodId: string; hint: string }[];
  readonly supportCode: string;
}

export type StartReset = (input: StartInput, origin: Origin) => Promise<Started>;

/**
 * Opens a reset for a name, known or not. One statement and one wave of state calls, the same for every name: who cannot reset gets a
 * decoy that behaves alike and that no code can pass. The answer is a function of the tenant (design §3, attacks A90 to A98).
 */
export function createStartReset(deps: StartResetDeps): StartReset {
  const { accounts, store, throttle, proofOfWork, sealer, clock, random, limits } = deps;
  return async (input, origin) => {
    const now = clock.now();
    const upnKey = lookupKey(input.userPrincipalName);
    const source = sealer.tag("source", sourceNetwork(origin.address));
    const work = input.proofOfWork === undefined ? null : await proofOfWork.check(input.proofOfWork);

    const found = await accounts.findByName({ key: upnKey, domain: domainOf(input.userPrincipalName) ?? "" }, source);
    const eligibility = judgeEligibility(found.judged, { now, deliverable: deps.deliverable });

    const token = newToken(random);
    const account = accountTag(sealer, upnKey);
    const address = newFlowAddress(account, random);
    const offered = tenantMethods(deps, found);
    const { purpose = "reset" } = input;
    const flow = newFlow(
      { id: address.flowId, account, token, purpose, found, eligibility, offered, now },
      sealOrigin(sealer, address.flowId, origin, now),
      deps,
    );
    const ofSource = inNetworks(origin.address, found.tenant?.policy.ownNetworks ?? [])
      ? scale(limits.startsOfSource, OWN_NETWORK_FACTOR)
      : limits.startsOfSource;
    const eventId = newId(random);
    const [opened, sourceStarts, allStarts, fresh] = await Promise.all([
      store.open(address, { flow, starts: limits.startsOfAccount, workProved: work !== null, now, eventId }),
      throttle.take(`starts:source:${source}`, ofSource, now),
      throttle.take("starts:all", limits.startsOfAll, now),
      work === null ? true : throttle.once(`work:${work.id}`, work.until, now),
    ]);

    const takeBack = () => (opened.outcome === "open" ? store.void(address, { account, eventId, sources: flow.sources }) : undefined);
    const refusedUntil = refusal(sourceStarts, ofSource, now);
    if (refusedUntil !== null) {
      await takeBack();
      throw tooManyAttempts(refusedUntil - now);
    }
    const hot = judge(sourceStarts, ofSource, now).over || judge(allStarts, limits.startsOfAll, now).over;
    if (opened.outcome === "work" || !fresh || (hot && work === null)) {
      await takeBack();
      throw new Problem("proof-of-work-required", { extensions: { challenge: await proofOfWork.challenge() } });
    }
    if (!allowsPurpose(found, purpose)) {
      await takeBack();
      throw new Problem("invalid-request", {
        extensions: { errors: [{ field: "/purpose", reason: "the organisation does not offer it" }] },
      });
    }
    return answer(found, eligibility, flow, token, offered);
  };
}

/** When a source that called ten times its limit may call again; `null` when it is not refused. */
function refusal(windows: readonly Window[], limits: readonly Limit[], now: number): number | null {
  const verdict = judge(windows, scale(limits, REFUSED_AT), now);
  return verdict.over ? verdict.retryAt : null;
}

/** Decided by the organisation alone, after the same work, so that it tells nothing about a person. Nobody's domain has the default policy. */
function allowsPurpose({ tenant }: Found, purpose: "reset" | "unlock"): boolean {
  return purpose === "reset" || (tenant?.policy ?? DEFAULT_POLICY).writeback.unlockWithoutReset;
}

function tenantMethods({ deliverable }: StartResetDeps, { tenant }: Found): ChallengeMethod[] {
  return methodsOfTenant(tenant?.policy ?? DEFAULT_POLICY, tenant?.administratorPolicy ?? DEFAULT_ADMINISTRATOR_POLICY, deliverable);
}

function answer(found: Found, eligibility: Eligibility, flow: ResetFlow, token: string, offered: readonly ChallengeMethod[]): Started {
  const base = { id: flow.id, token, expiresAt: timestamp(flow.expiresAt), supportCode: flow.supportCode };
  if (found.tenant?.policy.disclosure !== "helpful") return { ...base, methods: offered };
  // The tenant chose to tell, as Microsoft's does: masked values, and the reason where there is no way.
  if (flow.decoy) {
    const reason = found.account === null ? "unknown-user" : eligibility.reason;
    throw new Problem("cannot-reset", { extensions: { reason, supportCode: flow.supportCode } });
  }
  const first = eligibility.methodsUsable.filter(({ kind }) => kind !== "securityQuestions");
  return { ...base, methods: first.map(({ method, methodId, hint }) => ({ method, methodId, hint })) };
}
