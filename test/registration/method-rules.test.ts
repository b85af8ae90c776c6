import t from "tap";
import { fallsBelowMinimum, mayAnswerQuestions, mustWait, registrationOf } from "../../src/registration/method-rules.ts";
import { accountOf, methodOf, tenantOf } from "../builders/account.ts";

const NOW = 1_000_000;
const here = { now: NOW, deliverable: new Set(["email", "sms", "authenticatorApp", "recoveryCode", "securityQuestions"] as const) };
const email = methodOf("email");
const phone = methodOf("mobilePhone");

t.test("what waits", async (t) => {
  const person = accountOf({ methods: [email, phone] });
  const binding = { byMethods: [email.id], methodId: null, resetLately: false };
  t.equal(mustWait(accountOf({ methods: [] }), { ...binding, byMethods: [] }, here), false, "the first of all does not");
  t.equal(mustWait(person, binding, here), false, "nor what another one vouches for");
  t.equal(mustWait(person, { ...binding, byMethods: [] }, here), true, "with nothing to vouch for it");
  t.equal(mustWait(person, { ...binding, methodId: email.id }, here), true, "nothing vouches for itself");
  t.equal(mustWait(person, { ...binding, methodId: email.id, byMethods: [email.id, phone.id] }, here), false);
  t.equal(mustWait(person, { ...binding, resetLately: true }, here), true, "after a reset everything does");
  const waiting = accountOf({ methods: [methodOf("email", { usableFrom: NOW + 1 })] });
  t.equal(mustWait(waiting, binding, here), true, "what waits vouches for nothing, and is not nothing");
});

t.test("what may not be removed", async (t) => {
  const two = tenantOf({ policy: { methodsRequired: 2 } });
  t.equal(fallsBelowMinimum(accountOf({ methods: [email] }), email.id, here), true);
  t.equal(fallsBelowMinimum(accountOf({ methods: [email, phone] }), email.id, here), false);
  t.equal(fallsBelowMinimum(accountOf({ tenant: two, methods: [email, phone] }), email.id, here), true);
  const second = methodOf("email", { id: "email-2" });
  t.equal(fallsBelowMinimum(accountOf({ tenant: two, methods: [email, second, phone] }), email.id, here), false, "one of two of a kind");
  t.equal(fallsBelowMinimum(accountOf({ tenant: two, methods: [email] }), email.id, here), true, "less than too little");
  const unverified = methodOf("mobilePhone", { verified: false });
  t.equal(fallsBelowMinimum(accountOf({ methods: [email, unverified] }), unverified.id, here), false, "what counts for nothing");
  const waiting = methodOf("mobilePhone", { usableFrom: NOW + 1 });
  t.equal(fallsBelowMinimum(accountOf({ methods: [email, waiting] }), email.id, here), false, "what waits is registered");
});

t.test("who is registered, and who may answer questions", async (t) => {
  t.match(registrationOf(accountOf({ methods: [email] }), here), { registered: true, required: 1 });
  t.match(registrationOf(accountOf({ roles: ["userAdministrator"], methods: [email] }), here), { registered: false, required: 2 });
  const asking = tenantOf({ policy: { methods: ["email", "securityQuestions"] } });
  t.equal(mayAnswerQuestions(accountOf()), false);
  t.equal(mayAnswerQuestions(accountOf({ tenant: asking })), true);
  t.equal(mayAnswerQuestions(accountOf({ tenant: asking, roles: ["helpdeskAdministrator"] })), false);
  t.match(
    registrationOf(accountOf({ tenant: asking, methods: [methodOf("securityQuestions")] }), here),
    { registered: false },
    "questions are never the only proof",
  );
});
