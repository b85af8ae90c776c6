import type { Random } from "../kit/random.ts";
import type { UsableMethod } from "../policy/eligibility.ts";
import type { Account } from "../users/account.ts";
import { flowTokenHash } from "./flow-holder.ts";
import { methodsBehind } from "./new-flow.ts";
import type { ResetFlow } from "./reset-flow.ts";
import { newSupportCode } from "./support-code.ts";

interface Proving {
  readonly purpose: "sign-in" | "proof";
  readonly id: string;
  readonly token: string;
  /** `accountTag` of the person's name: whose counters these are. */
  readonly tag: string;
  readonly account: Account;
  readonly methods: readonly UsableMethod[];
  /** Sealed. */
  readonly origin: string;
  readonly now: number;
  readonly lifeMs: number;
}

/** The flow of somebody who gave the right password, or has a session: it offers what the person has, and one proof ends it. */
export function newSignedInFlow({ purpose, id, token, tag, account, methods, origin, now, lifeMs }: Proving, random: Random): ResetFlow {
  return {
    id,
    account: tag,
    tokenHash: flowTokenHash(purpose, token),
    purpose,
    supportCode: newSupportCode(random),
    openedAt: now,
    expiresAt: now + lifeMs,
    tenantId: account.tenant.id,
    userId: account.id,
    // A second step does not outlive a change of the password that it follows. A session is asked itself.
    ...(purpose === "sign-in" ? { credentialVersion: account.credentialVersion } : {}),
    decoy: false,
    // Apart, so that wrong codes for a stolen session do not stop its owner from signing in.
    sources: purpose === "sign-in" ? "signed-in" : "stepping-up",
    origin,
    offered: Object.fromEntries(methods.map(({ method }) => [method, true])),
    methods: methodsBehind({ methodsUsable: methods }),
    codes: 0,
    challenges: 0,
    resend: {},
    proofs: {},
  };
}
