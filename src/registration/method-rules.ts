import { type GateKind, METHODS, type MethodType } from "../methods/method.ts";
import { type Circumstances, judgeEligibility } from "../policy/eligibility.ts";
import { provableMethods } from "../sign-in/provable-methods.ts";
import type { Account } from "../users/account.ts";
import { needsTwoGates } from "../users/roles.ts";

/** How many of each a person may hold (issue 4, item 3). A new set of codes or answers takes the place of the old one. */
export const MOST_OF_TYPE: Readonly<Record<MethodType, number>> = {
  email: 3,
  mobilePhone: 2,
  officePhone: 1,
  authenticatorApp: 5,
  recoveryCodes: 1,
  securityQuestions: 1,
};

/** What a registered value proves. */
export function kindOfType(type: MethodType): GateKind {
  const fact = Object.values(METHODS).find((method) => method.type === type);
  if (fact === undefined) throw new Error(`nothing is proved by ${type}`);
  return fact.kind;
}

export interface RegistrationState {
  /** As many different methods as a reset asks of this person, whether they must still wait or not. */
  readonly registered: boolean;
  readonly required: 1 | 2;
  /** Different kinds that count. */
  readonly kinds: number;
}

/** Judged by the rules that decide about resets, save the waiting time: what waits is registered, and nobody is asked for it again. */
export function registrationOf(account: Account, circumstances: Circumstances): RegistrationState {
  const methods = account.methods.map((method) => ({ ...method, usableFrom: null, consecutiveFailures: 0 }));
  const { trace, gatesRequired, methodsUsable } = judgeEligibility({ ...account, methods }, circumstances);
  const registered = trace.some(({ rule, outcome }) => rule === "methods" && outcome === "passed");
  return { registered, required: gatesRequired, kinds: new Set(methodsUsable.map(({ kind }) => kind)).size };
}

/**
 * Whether the person would hold too little without one of the methods. What counts for nothing may always go; a second address beside a
 * first one too.
 */
export function fallsBelowMinimum(account: Account, methodId: string, circumstances: Circumstances): boolean {
  const before = registrationOf(account, circumstances);
  const after = registrationOf({ ...account, methods: account.methods.filter(({ id }) => id !== methodId) }, circumstances);
  return !after.registered && (before.registered || after.kinds < before.kinds);
}

interface Binding {
  /** Ids of the methods whose fresh proofs let the person do it. */
  readonly byMethods: readonly string[];
  /** Whose value is changed; `null` for a new method. */
  readonly methodId: string | null;
  /** A reset was completed within the waiting time: everything since stems from its one proof. */
  readonly resetLately: boolean;
}

/**
 * Whether a new or changed method must wait before it counts as a gate (security.md J08). Not the first one of all, which nothing could vouch for;
 * and not where another method that counts already has vouched for it, so that whoever holds a session alone can bring in nothing.
 */
export function mustWait(account: Account, { byMethods, methodId, resetLately }: Binding, circumstances: Circumstances): boolean {
  const counting = new Set(provableMethods(account, circumstances).map((provable) => provable.methodId));
  if (counting.size === 0 && !account.methods.some(({ verified }) => verified)) return false;
  return resetLately || !byMethods.some((id) => id !== methodId && counting.has(id));
}

/** Security questions are for whom the policy names them, and never for administrators (security.md C07). */
export function mayAnswerQuestions({ roles, tenant }: Account): boolean {
  return !needsTwoGates(roles) && tenant.policy.methods.includes("securityQuestions");
}
