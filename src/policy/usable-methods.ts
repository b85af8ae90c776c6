import { CHALLENGE_METHODS, type ChallengeMethod, type GateKind, METHODS, type MethodType } from "../methods/method.ts";
import type { Account, AccountMethod } from "../users/account.ts";

/** Consecutive failures in anonymous flows after which a method must be proved anew (security.md D01: ceiling 100, advised 30). */
export const CONSECUTIVE_FAILURES_ALLOWED = 30;

/** A method that would count as a gate now. */
export interface UsableMethod {
  readonly method: ChallengeMethod;
  readonly kind: GateKind;
  readonly methodId: string;
  readonly revision: number;
  readonly hint: string;
}

/** Why something that is registered is no proof now. */
export type Uncounted = "not-allowed" | "not-verified" | "waiting" | "blocked";

export interface RegisteredMethod {
  readonly method: AccountMethod;
  /** `null`: it counts. */
  readonly uncounted: Uncounted | null;
}

/** Everything that is registered, and whether it counts. */
export function countMethods(
  account: Account,
  policy: "user" | "administrator",
  allowed: readonly ChallengeMethod[],
  now: number,
): RegisteredMethod[] {
  const types = new Set<MethodType>(allowed.map((method) => METHODS[method].type));
  const { prefilledMethodsCount } = account.tenant.policy;
  return account.methods.map((method) => {
    const proved = method.verified || (policy === "user" && method.source === "admin" && prefilledMethodsCount);
    const uncounted = (): Uncounted | null => {
      if (method.consecutiveFailures >= CONSECUTIVE_FAILURES_ALLOWED) return "blocked";
      if (!proved) return "not-verified";
      if (method.usableFrom !== null && method.usableFrom > now) return "waiting";
      return types.has(method.type) ? null : "not-allowed";
    };
    return { method, uncounted: uncounted() };
  });
}

/** What counts, once for each way to prove it, in the order of the policy. */
export function usableMethods(registered: readonly RegisteredMethod[], allowed: readonly ChallengeMethod[]): UsableMethod[] {
  const counting = registered.filter(({ uncounted }) => uncounted === null);
  return allowed.flatMap((method) =>
    counting
      .filter((candidate) => candidate.method.type === METHODS[method].type)
      .map(({ method: { id, revision, hint } }) => ({ method, kind: METHODS[method].kind, methodId: id, revision, hint })),
  );
}

const NAMES: Readonly<Record<ChallengeMethod, string>> = {
  email: "email",
  sms: "text message to the mobile phone",
  voice: "call to the mobile phone",
  officePhone: "call to the office phone",
  authenticatorApp: "authenticator app",
  recoveryCode: "recovery code",
  securityQuestions: "security questions",
};
const TYPE_NAMES: Readonly<Record<MethodType, string>> = {
  email: "email address",
  mobilePhone: "mobile phone",
  officePhone: "office phone",
  authenticatorApp: "authenticator app",
  recoveryCodes: "recovery codes",
  securityQuestions: "security questions",
};

/** As one reads it out. */
export function listMethods(methods: readonly ChallengeMethod[]): string {
  const named = CHALLENGE_METHODS.filter((method) => methods.includes(method)).map((method) => NAMES[method]);
  return named.length === 0 ? "nothing" : named.join(", ");
}

/** `mobile phone +46 ** *** 05`. A type that this version does not know has its own word. */
export function nameMethod({ type, hint }: AccountMethod): string {
  return [TYPE_NAMES[type] ?? type, ...(hint === "" ? [] : [hint])].join(" ");
}
