import type { AuditEvent } from "../audit/audit-event.ts";
import type { Sealer } from "../keys/sealer.ts";
import { type Clock, SECOND } from "../kit/clock.ts";
import { Problem, tooManyAttempts } from "../kit/problem.ts";
import { newId, type Random } from "../kit/random.ts";
import type { ChallengeMethod } from "../methods/method.ts";
import type { JudgeNewPassword } from "../passwords/judge-new-password.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import { judgeEligibility } from "../policy/eligibility.ts";
import type { CredentialVersions } from "../sign-in/credential-versions.ts";
import type { Lockout } from "../sign-in/lockout.ts";
import { judge } from "../throttle/counter.ts";
import type { Limits } from "../throttle/limits.ts";
import { sourceNetwork } from "../throttle/source.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { Account } from "../users/account.ts";
import { flowAddress } from "./account-tag.ts";
import { type ResetHolder, tokenHashOf } from "./flow-holder.ts";
import { type JudgeFlow, judgeProofs } from "./judge-flow.ts";
import type { Origin } from "./origin.ts";
import type { CommitReset } from "./reset-commit.ts";
import type { ResetFlow } from "./reset-flow.ts";
import type { FlowAddress, ResetStore } from "./reset-store.ts";

/** Longer than hashing and committing take; a claim whose process died ends by itself. */
const CLAIM_MS = 30 * SECOND;

export interface SetPasswordDeps {
  readonly store: ResetStore;
  readonly judgeFlow: JudgeFlow;
  readonly judgeNewPassword: JudgeNewPassword;
  readonly hasher: PasswordHasher;
  readonly commit: CommitReset;
  /** A refusal is on the record before it is told. The change itself is recorded by `commit`, in its transaction. */
  readonly record: (event: AuditEvent) => Promise<unknown>;
  readonly versions: CredentialVersions;
  readonly throttle: ThrottleStore;
  readonly lockout: Pick<Lockout, "clear">;
  readonly limits: Limits;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly random: Random;
  readonly deliverable: ReadonlySet<ChallengeMethod>;
}

export type SetPassword = (holder: ResetHolder, newPassword: string, origin: Origin) => Promise<void>;

/**
 * Sets the new password, once. What can be refused is refused before the flow is claimed, so a refusal uses nothing up; the claim
 * shuts every other attempt out, the transaction judges all gates again and is the last word.
 */
export function createSetPassword(deps: SetPasswordDeps): SetPassword {
  const { store, clock, random } = deps;
  return async (holder, newPassword, origin) => {
    const address = flowAddress(holder.id);
    if (address === null) throw new Problem("invalid-reset-token");
    const tokenHash = tokenHashOf(holder);
    const found = await store.read(address, { now: clock.now(), tokenHash });
    // An unlock shares the form of the token, and was never asked for a new password.
    if (found.outcome === "invalid" || found.flow.purpose !== "reset") throw new Problem("invalid-reset-token");
    const account = await accountBehindOpenGates(deps, found.flow);
    const verdict = await deps.judgeNewPassword(account, newPassword);
    if (!verdict.ok) {
      const { reasons, strength } = verdict;
      await recordRefusal(deps, found.flow, "password-rejected", { reasons });
      throw new Problem("password-rejected", { extensions: { reasons, guidance: strength.guidance } });
    }

    const claimId = newId(random);
    const claimed = await store.claim(address, { now: clock.now(), tokenHash, claimId, leaseMs: CLAIM_MS });
    if (claimed.outcome === "invalid") throw new Problem("invalid-reset-token");
    try {
      await complete(deps, address, claimed.flow, account, await deps.hasher.hash(newPassword), origin);
    } catch (error) {
      // Nothing was changed: the person may go on at once. Should this call fail too, the claim ends by itself.
      await store.release(address, { claimId }).catch(() => undefined);
      throw error;
    }
  };
}

async function accountBehindOpenGates(deps: SetPasswordDeps, flow: ResetFlow): Promise<Account> {
  // Without any proof there is nothing to judge, for a decoy and for anybody: the same answer after the same work.
  if (Object.keys(flow.proofs).length === 0) throw new Problem("gates-not-passed");
  await countTry(deps, flow);
  const judged = await deps.judgeFlow(flow);
  if (judged.step !== "open") return refuseAtGates(deps, flow);
  return judged.account;
}

/** Counted before anything is judged, which is what costs. The first one too many is on the record, the others are not (design §3). */
async function countTry(deps: SetPasswordDeps, flow: ResetFlow): Promise<void> {
  const { throttle, limits, clock } = deps;
  const now = clock.now();
  const windows = await throttle.take(`passwords:${flow.id}`, limits.passwordsOfReset, now);
  if (!judge(windows, limits.passwordsOfReset, now).over) return;
  if (windows[0]?.count === (limits.passwordsOfReset[0]?.limit ?? 0) + 1) await recordRefusal(deps, flow, "too-many-passwords", {});
  throw tooManyAttempts(flow.expiresAt - now);
}

/** Whoever passed one gate and goes for the password without the rest is worth a line of the record (security.md S02). */
async function refuseAtGates(deps: SetPasswordDeps, flow: ResetFlow): Promise<never> {
  await recordRefusal(deps, flow, "gates-not-passed", { gates: Object.keys(flow.proofs) });
  throw new Problem("gates-not-passed");
}

async function recordRefusal(
  { record, clock, random }: SetPasswordDeps,
  flow: ResetFlow,
  reason: "password-rejected" | "gates-not-passed" | "too-many-passwords",
  details: AuditEvent["details"] & object,
): Promise<void> {
  const { id: flowId, supportCode, tenantId = null, userId } = flow;
  await record({
    id: newId(random),
    at: clock.now(),
    tenantId,
    type: "reset.password",
    outcome: reason === "password-rejected" ? "failure" : "blocked",
    reason,
    actor: { kind: "anonymous" },
    flowId,
    supportCode,
    ...(userId === undefined ? {} : { userId }),
    details,
  });
}

async function complete(
  deps: SetPasswordDeps,
  address: FlowAddress,
  flow: ResetFlow,
  account: Account,
  phc: string,
  origin: Origin,
): Promise<void> {
  const { clock, deliverable, sealer } = deps;
  const now = clock.now();
  const result = await deps.commit({
    flow,
    userId: account.id,
    phc,
    now,
    sourceTag: sealer.tag("source", sourceNetwork(origin.address)),
    stillOpen: (current) => judgeProofs(flow, current, judgeEligibility(current, { now, deliverable })).step === "open",
  });
  if (result.outcome === "spent") throw new Problem("invalid-reset-token");
  if (result.outcome === "closed") return refuseAtGates(deps, flow);
  // The password is changed. What follows makes it felt at once; a durable job repeats what matters, so a failure here is no failure.
  await Promise.allSettled([
    deps.versions.raise(account.id, result.credentialVersion),
    deps.store.finish(address, { account: flow.account, now }),
    deps.lockout.clear(flow.account),
  ]);
}
