import { SECOND } from "../kit/clock.ts";
import type { Random } from "../kit/random.ts";
import type { ChallengeMethod } from "../methods/method.ts";
import type { Eligibility } from "../policy/eligibility.ts";
import type { Found } from "../users/account-store.ts";
import { flowTokenHash } from "./flow-holder.ts";
import type { FlowMethod, ResetFlow } from "./reset-flow.ts";
import { newSupportCode } from "./support-code.ts";

interface Gathered {
  readonly id: string;
  /** Keyed tag of the name. */
  readonly account: string;
  readonly token: string;
  readonly purpose: "reset" | "unlock";
  readonly found: Found;
  /** Of the person, or of the account that stands in for nobody. */
  readonly eligibility: Eligibility;
  readonly offered: readonly ChallengeMethod[];
  readonly now: number;
}

/** The flow of a name, known or not. Who cannot reset gets a decoy: the same flow, whose gates no code passes. */
export function newFlow(gathered: Gathered, origin: string, deps: { random: Random; resetTtlSeconds: number }): ResetFlow {
  const { id, account, token, purpose, found, eligibility, offered, now } = gathered;
  const canReset = found.account !== null && eligibility.canReset;
  return {
    id,
    account,
    tokenHash: flowTokenHash(purpose, token),
    purpose,
    supportCode: newSupportCode(deps.random),
    openedAt: now,
    expiresAt: now + deps.resetTtlSeconds * SECOND,
    ...(found.tenant === null ? {} : { tenantId: found.tenant.id }),
    ...(found.account === null ? {} : { userId: found.account.id, credentialVersion: found.account.credentialVersion }),
    decoy: !canReset,
    ...(canReset && found.tenant?.policy.disclosure === "helpful" ? { disclosed: true as const } : {}),
    sources: found.account?.familiar === true ? "familiar" : "strange",
    origin,
    offered: Object.fromEntries(offered.map((method) => [method, true])),
    methods: methodsBehind(eligibility),
    codes: 0,
    challenges: 0,
    resend: {},
    proofs: {},
  };
}

export function methodsBehind({ methodsUsable }: Pick<Eligibility, "methodsUsable">): Partial<Record<ChallengeMethod, FlowMethod[]>> {
  const methods: Partial<Record<ChallengeMethod, FlowMethod[]>> = {};
  for (const { method, methodId, revision } of methodsUsable) {
    methods[method] = [...(methods[method] ?? []), { id: methodId, revision }];
  }
  return methods;
}
