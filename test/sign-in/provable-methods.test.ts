import t from "tap";
import { CHALLENGE_METHODS } from "../../src/methods/method.ts";
import { needsSecondStep, secondStepMethods, stepUpMethods } from "../../src/sign-in/provable-methods.ts";
import { accountOf, methodOf, tenantOf } from "../builders/account.ts";

const now = Date.UTC(2031, 4, 17);
const circumstances = { now, deliverable: new Set(CHALLENGE_METHODS) };
const ADMIN = { roles: ["helpdeskAdministrator"] };

function judge(about: Parameters<typeof accountOf>[0], asked = false) {
  const account = accountOf(about);
  const methods = secondStepMethods(account, circumstances);
  return [needsSecondStep(account, methods, asked, circumstances), methods.map(({ method }) => method).join()];
}

t.test("who is asked for a second step, and what may give it", (t) => {
  t.strictSame(judge({}), [false, "email,sms"]);
  t.strictSame(judge({}, true), [true, "email,sms"]);
  t.strictSame(judge({ methods: [] }, true), [false, ""]);
  t.strictSame(judge(ADMIN), [true, "email,sms"]);
  t.strictSame(judge({ roles: ["globalReader"] }), [false, "email,sms"], "a reader is no administrator");
  t.strictSame(judge({ ...ADMIN, methods: [methodOf("email")] }), [false, "email"]);
  const phones = [methodOf("mobilePhone"), methodOf("mobilePhone", { id: "mobilePhone-2" })];
  t.strictSame(judge({ ...ADMIN, methods: phones }), [false, "sms,sms"], "two phones are one kind");
  const prefilled = [methodOf("email", { verified: false, source: "admin" }), methodOf("mobilePhone")];
  t.strictSame(judge({ ...ADMIN, methods: prefilled }), [false, "sms"], "what nobody verified is none of an administrator's");
  t.strictSame(judge({ methods: prefilled }, true), [true, "email,sms"], "and is one of a person's, as the organisation decides");
  t.end();
});

t.test("whoever has an app is asked, whatever the policy of resets says, and while it waits", (t) => {
  t.strictSame(judge({ methods: [methodOf("authenticatorApp")] }), [true, "authenticatorApp"]);
  t.strictSame(judge({ methods: [methodOf("authenticatorApp", { verified: false })] }), [false, ""]);
  const waiting = methodOf("authenticatorApp", { usableFrom: now + 1 });
  t.strictSame(judge({ methods: [methodOf("email"), waiting] }), [true, "email,authenticatorApp"]);
  const tenant = tenantOf({ policy: { methods: ["email"] } });
  t.strictSame(judge({ tenant, methods: [methodOf("authenticatorApp")] }), [true, "authenticatorApp"]);
  t.end();
});

t.test("an administrator who has registered is asked while methods wait; what waits serves where there is nothing else", (t) => {
  const wait = { usableFrom: now + 1 };
  const one = [methodOf("email"), methodOf("mobilePhone", wait)];
  t.strictSame(judge({ ...ADMIN, methods: one }), [true, "email"], "one is past its waiting time");
  const both = [methodOf("email", wait), methodOf("mobilePhone", wait)];
  t.strictSame(judge({ ...ADMIN, methods: both }), [true, "email,sms"]);
  t.strictSame(judge({ ...ADMIN, methods: [methodOf("email", wait)] }), [false, "email"], "registration is due");
  t.strictSame(judge({ methods: both }), [false, "email,sms"]);
  t.strictSame(judge({ methods: both }, true), [true, "email,sms"]);
  const unverified = [methodOf("email", { ...wait, verified: false })];
  t.strictSame(judge({ methods: unverified }, true), [false, ""]);
  const stepUp = (methods: typeof one) => stepUpMethods(accountOf({ methods }), circumstances).map(({ method }) => method);
  t.strictSame(stepUp(one), ["email", "sms"], "a fresh proof is offered by what waits, too");
  t.end();
});

t.test("questions never, and strangers' failures take nothing away", (t) => {
  const tenant = tenantOf({ policy: { methods: ["email", "recoveryCode", "securityQuestions"] } });
  const methods = [methodOf("email", { consecutiveFailures: 99 }), methodOf("recoveryCodes"), methodOf("securityQuestions")];
  t.strictSame(judge({ tenant, methods }, true), [true, "email,recoveryCode"]);
  t.end();
});
