import t from "tap";
import { CHALLENGE_METHODS, type ChallengeMethod, METHODS, type MethodType } from "../../src/methods/method.ts";
import { judgeEligibility } from "../../src/policy/eligibility.ts";
import { nextGate, type Proof } from "../../src/policy/gates.ts";
import type { Account } from "../../src/users/account.ts";
import { accountOf, methodOf, tenantOf } from "../builders/account.ts";
import { T0 } from "../builders/reset-flow.ts";

const deliverable = new Set<ChallengeMethod>(CHALLENGE_METHODS);
const types: MethodType[] = ["email", "mobilePhone", "authenticatorApp", "recoveryCodes", "securityQuestions"];
const values = types.map((type) => methodOf(type));
const policy = { methods: [...CHALLENGE_METHODS] };

const person = (methodsRequired: 1 | 2, overrides: Partial<Account> = {}) =>
  accountOf({ tenant: tenantOf({ policy: { ...policy, methodsRequired } }), methods: values, ...overrides });
const proofBy = (method: ChallengeMethod, overrides: Partial<Proof> = {}): Proof => ({
  kind: METHODS[method].kind,
  method,
  methodId: `${METHODS[method].type}-1`,
  revision: 1,
  ...overrides,
});
const next = (account: Account, proofs: readonly Proof[]) => nextGate(judgeEligibility(account, { now: T0, deliverable }), proofs);
const offered = (account: Account, proofs: readonly Proof[]) => {
  const gate = next(account, proofs);
  return gate.step === "challenge" ? gate.methods.map(({ method }) => method) : gate.step;
};

t.test("without a proof everything usable is open to be proved", async (t) => {
  t.strictSame(offered(person(1), []), ["email", "sms", "voice", "authenticatorApp", "recoveryCode", "securityQuestions"]);
  t.strictSame(offered(person(2), []), ["email", "sms", "voice", "authenticatorApp", "recoveryCode", "securityQuestions"]);
});

t.test("who cannot reset is refused, whatever was proved", async (t) => {
  const all = CHALLENGE_METHODS.map((method) => proofBy(method));
  for (const refused of [person(1, { enabled: false }), person(1, { recoveryFrozen: true }), person(1, { licensed: false })]) {
    t.strictSame(next(refused, all), { step: "refused" });
    t.strictSame(next(refused, []), { step: "refused" });
  }
});

t.test("one gate: any proof but questions opens", async (t) => {
  for (const method of ["email", "sms", "voice", "authenticatorApp", "recoveryCode"] as const)
    t.strictSame(next(person(1), [proofBy(method)]), { step: "open" }, method);
  t.strictSame(offered(person(1), [proofBy("securityQuestions")]), ["email", "sms", "voice", "authenticatorApp", "recoveryCode"]);
});

t.test("two gates: two kinds open, one does not, and what was proved is not offered again", async (t) => {
  const account = person(2);
  t.strictSame(offered(account, [proofBy("email")]), ["sms", "voice", "authenticatorApp", "recoveryCode", "securityQuestions"]);
  t.strictSame(offered(account, [proofBy("sms")]), ["email", "authenticatorApp", "recoveryCode", "securityQuestions"], "nor its kind");
  t.equal(next(account, [proofBy("email"), proofBy("sms")]).step, "open");
  t.equal(next(account, [proofBy("email"), proofBy("securityQuestions")]).step, "open");
  t.equal(next(account, [proofBy("sms"), proofBy("voice")]).step, "challenge", "SMS and voice to one number");
  t.equal(next(account, [proofBy("email"), proofBy("email")]).step, "challenge", "one proof twice");
});

t.test("a proof counts as long as its method is there, with the same value, and the policy takes it", async (t) => {
  const gone: [string, Account, Proof][] = [
    ["removed", person(1, { methods: values.filter(({ type }) => type !== "email") }), proofBy("email")],
    ["changed since", person(1, { methods: [methodOf("email", { revision: 2 }), methodOf("mobilePhone")] }), proofBy("email")],
    ["another value of the type", person(1, { methods: [methodOf("email", { id: "email-2" })] }), proofBy("email")],
    ["blocked since", person(1, { methods: [methodOf("email", { consecutiveFailures: 100 }), methodOf("mobilePhone")] }), proofBy("email")],
    ["no longer allowed", person(1, { tenant: tenantOf({ policy: { methods: ["sms"] } }) }), proofBy("email")],
    ["the number is allowed by voice alone", person(1, { tenant: tenantOf({ policy: { methods: ["voice"] } }) }), proofBy("sms")],
    ["filed under another kind", person(1), proofBy("email", { kind: "phone" })],
  ];
  for (const [what, account, proof] of gone) t.equal(next(account, [proof]).step, "challenge", what);
  t.equal(next(person(1), [proofBy("email")]).step, "open", "it counted before");
});

t.test("a policy that asks for more in between is met at once", async (t) => {
  const proofs = [proofBy("email")];
  t.equal(next(person(1), proofs).step, "open");
  t.equal(next(person(2), proofs).step, "challenge");
  t.equal(next(person(2, { methods: [methodOf("email")] }), proofs).step, "refused", "too few methods are left: ask an administrator");
});
