import type { Clock } from "../kit/clock.ts";
import type { ChallengeMethod, GateKind } from "../methods/method.ts";
import { type Eligibility, judgeEligibility } from "../policy/eligibility.ts";
import { nextGate, type Proof } from "../policy/gates.ts";
import type { Account } from "../users/account.ts";
import type { AccountStore } from "../users/account-store.ts";
import type { ResetFlow } from "./reset-flow.ts";

/** A method as whoever passed the first gate may see it. */
export interface OfferedMethod {
  readonly method: ChallengeMethod;
  readonly methodId: string;
  readonly hint: string;
}

export type JudgedFlow =
  | { readonly step: "refused" }
  | { readonly step: "challenge"; readonly methods: readonly OfferedMethod[]; readonly account: Account }
  | { readonly step: "open"; readonly account: Account };

/** What a flow's proofs are worth right now: account and policy are read anew, in one statement (security.md C08). */
export type JudgeFlow = (flow: ResetFlow) => Promise<JudgedFlow>;

interface Deps {
  readonly accounts: AccountStore;
  readonly clock: Clock;
  readonly deliverable: ReadonlySet<ChallengeMethod>;
}

export function createJudgeFlow({ accounts, clock, deliverable }: Deps): JudgeFlow {
  return async (flow) => {
    if (flow.decoy || flow.userId === undefined) return { step: "refused" };
    const account = await accounts.findById(flow.userId, "");
    if (account === null) return { step: "refused" };
    return judgeProofs(flow, account, judgeEligibility(account, { now: clock.now(), deliverable }));
  };
}

/** The pure part, which the final transaction asks again under its locks. */
export function judgeProofs(flow: ResetFlow, account: Account, eligibility: Eligibility): JudgedFlow {
  const next = nextGate(eligibility, proofsOf(flow));
  if (next.step === "open") return { step: "open", account };
  if (next.step === "refused") return { step: "refused" };
  // A value that was added or changed after the start is not part of this flow: its challenge would lead nowhere.
  const known = next.methods.filter(({ method, methodId, revision }) =>
    flow.methods[method]?.some((kept) => kept.id === methodId && kept.revision === revision),
  );
  return { step: "challenge", account, methods: known.map(({ method, methodId, hint }) => ({ method, methodId, hint })) };
}

function proofsOf(flow: ResetFlow): Proof[] {
  return Object.entries(flow.proofs).map(([kind, proof]) => ({
    kind: kind as GateKind,
    method: proof.method,
    methodId: proof.methodId,
    revision: proof.revision,
  }));
}
