import { type Circumstances, judgeEligibility, type UsableMethod } from "../policy/eligibility.ts";
import type { Account } from "../users/account.ts";
import { needsTwoGates } from "../users/roles.ts";

/**
 * The methods by which somebody who is signed in, or has given the right password, can prove who they are now: those that count as gates,
 * whatever scope and licences say. What strangers failed at in anonymous resets blocks none of them (design §3), or they could take the
 * second proof away from a person. Security questions never (security.md C15).
 */
export function provableMethods(account: Account, circumstances: Circumstances): readonly UsableMethod[] {
  const methods = account.methods.map((method) => ({ ...method, consecutiveFailures: 0 }));
  const { methodsUsable } = judgeEligibility({ ...account, methods }, circumstances);
  return methodsUsable.filter(({ kind }) => kind !== "securityQuestions");
}

/**
 * Those that the person has registered: the same, and the verified ones that must still wait. What waits vouches for nothing; but it is there,
 * and nothing less takes its place.
 */
export function registeredMethods(account: Account, circumstances: Circumstances): readonly UsableMethod[] {
  const methods = account.methods.map((method) => (method.verified ? { ...method, usableFrom: null } : method));
  return provableMethods({ ...account, methods }, circumstances);
}

/**
 * What a second step may be given by: what is provable, and any authenticator app that was verified, whatever the policy of resets takes and
 * whether it waits or not. It stands beside the right password, and whoever has an app is always asked. For whoever has nothing of that, what
 * waits serves: the password alone would be less.
 */
export function secondStepMethods(account: Account, circumstances: Circumstances): readonly UsableMethod[] {
  const usable = withApps(account, provableMethods(account, circumstances));
  return usable.length > 0 ? usable : registeredMethods(account, circumstances);
}

/** What a fresh proof may be given by: which of it counts, says `fresh-proof.ts`. */
export function stepUpMethods(account: Account, circumstances: Circumstances): readonly UsableMethod[] {
  return withApps(account, registeredMethods(account, circumstances));
}

function withApps(account: Account, methods: readonly UsableMethod[]): readonly UsableMethod[] {
  const apps = account.methods.filter(
    ({ type, verified, id }) => type === "authenticatorApp" && verified && methods.every(({ methodId }) => methodId !== id),
  );
  const more = apps.map(({ id, revision, hint }) => ({ method: APP, kind: APP, methodId: id, revision, hint }));
  return [...methods, ...more];
}

const APP = "authenticatorApp" as const;

/** Whether signing in takes a second step. @param methods what may give it: `secondStepMethods`. @param asked the person wants it */
export function needsSecondStep(account: Account, methods: readonly UsableMethod[], asked: boolean, circumstances: Circumstances): boolean {
  if (methods.some(({ kind }) => kind === APP)) return true;
  // Counted as `interrupts.ts` does, waiting or not: an administrator who has registered less is let in to register more, and to nothing else.
  if (needsTwoGates(account.roles) && kindsOf(registeredMethods(account, circumstances)) >= 2) return true;
  return asked && methods.length > 0;
}

/** How many kinds of proof there are among them: two phone numbers are one. */
export function kindsOf(methods: readonly Pick<UsableMethod, "kind">[]): number {
  return new Set(methods.map(({ kind }) => kind)).size;
}
