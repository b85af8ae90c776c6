import t from "tap";
import { MINUTE } from "../../src/kit/clock.ts";
import type { ChallengeMethod } from "../../src/methods/method.ts";
import { judgeFreshness } from "../../src/sign-in/fresh-proof.ts";
import { FRESH_MS, type SessionProof } from "../../src/sign-in/session.ts";
import { accountOf, methodOf, tenantOf } from "../builders/account.ts";

const now = Date.UTC(2031, 4, 17);
const deliverable: ReadonlySet<ChallengeMethod> = new Set([
  ...(["email", "sms", "voice", "officePhone", "authenticatorApp", "recoveryCode", "securityQuestions"] as const),
]);
const ADMIN = { roles: ["globalAdministrator"] };

const password = (ago: number): SessionProof => ({ kind: "password", at: now - ago });
const email = (ago: number): SessionProof => ({ kind: "email", methodId: "email-1", revision: 1, at: now - ago });
const phone = (ago: number): SessionProof => ({ kind: "phone", methodId: "mobilePhone-1", revision: 1, at: now - ago });
const judge = (account: Parameters<typeof accountOf>[0], ...proofs: SessionProof[]) =>
  judgeFreshness(accountOf(account), { proofs }, { now, deliverable });

t.test("a person: one proof within five minutes", (t) => {
  t.strictSame(judge({}, password(0), email(FRESH_MS)), { fresh: true, byMethods: ["email-1"] });
  t.match(judge({}, password(0), email(FRESH_MS + 1)), { fresh: false, needed: 1 });
  t.match(judge({}, password(0)), { fresh: false, needed: 1, methods: [{ method: "email" }, { method: "sms" }] }, "the password is none");
  t.match(judge({}, email(-2 * MINUTE)), { fresh: false }, "from the future");
  t.end();
});

t.test("an administrator: two of different kinds", (t) => {
  t.match(judge(ADMIN, password(0), email(0)), { fresh: false, needed: 1, methods: [{ method: "sms", methodId: "mobilePhone-1" }] });
  t.strictSame(judge(ADMIN, email(0), phone(MINUTE)), { fresh: true, byMethods: ["email-1", "mobilePhone-1"] });
  const phones = [methodOf("mobilePhone"), methodOf("mobilePhone", { id: "mobilePhone-2" }), methodOf("email")];
  const twice = judge({ ...ADMIN, methods: phones }, phone(0), { ...phone(0), methodId: "mobilePhone-2" });
  t.match(twice, { fresh: false, needed: 1, methods: [{ method: "email" }] }, "two phones are one kind");
  t.end();
});

t.test("the password stands in for what nobody has registered, for a quarter of an hour, and for nothing else", (t) => {
  const none = { methods: [] };
  t.strictSame(judge(none, password(15 * MINUTE)), { fresh: true, byMethods: [] });
  t.strictSame(judge(none, password(15 * MINUTE + 1)), { fresh: false, needed: 1, methods: [] });
  t.strictSame(judge({ ...none, ...ADMIN }, password(MINUTE)), { fresh: true, byMethods: [] });
  t.strictSame(judge({ ...none, ...ADMIN }), { fresh: false, needed: 2, methods: [] });
  const one = { ...ADMIN, methods: [methodOf("email")] };
  t.match(judge(one, password(MINUTE)), { fresh: false, needed: 1, methods: [{ method: "email" }] });
  t.strictSame(judge(one, password(MINUTE), email(0)), { fresh: true, byMethods: ["email-1"] });
  t.strictSame(judge(one, password(16 * MINUTE), email(0)), { fresh: false, needed: 1, methods: [] }, "sign in again");
  t.end();
});

t.test("what waits is registered: the password does not stand in for it, and it vouches for nothing", (t) => {
  const wait = { usableFrom: now + 1 };
  const waiting = { methods: [methodOf("email", wait)] };
  t.match(judge(waiting, password(0)), { fresh: false, needed: 1, methods: [{ method: "email", methodId: "email-1" }] });
  t.strictSame(judge(waiting, email(0)), { fresh: true, byMethods: [] }, "its owner is not locked out");
  const one = { ...ADMIN, methods: [methodOf("email"), methodOf("mobilePhone", wait)] };
  t.match(judge(one, password(0), email(0)), { fresh: false, needed: 1, methods: [{ method: "sms" }] });
  t.strictSame(judge(one, email(0), phone(0)), { fresh: true, byMethods: ["email-1"] });
  t.match(judge(one, phone(0)), { fresh: false, needed: 1, methods: [{ method: "email" }] });
  const both = { ...ADMIN, methods: [methodOf("email", wait), methodOf("mobilePhone", wait)] };
  t.match(judge(both, password(0)), { fresh: false, needed: 2, methods: [{ method: "email" }, { method: "sms" }] });
  t.strictSame(judge(both, email(0), phone(0)), { fresh: true, byMethods: [] });
  const alone = { ...ADMIN, methods: [methodOf("email", wait)] };
  t.match(judge(alone, email(0), password(16 * MINUTE)), { fresh: false, needed: 1, methods: [] });
  t.strictSame(judge(alone, email(0), password(0)), { fresh: true, byMethods: [] }, "it stands in for the other one");
  const unverified = { methods: [methodOf("email", { ...wait, verified: false, source: "admin" })] };
  t.strictSame(judge(unverified, password(0)), { fresh: true, byMethods: [] }, "nobody could prove it");
  t.end();
});

t.test("what does not count", (t) => {
  const waiting = { methods: [methodOf("email", { usableFrom: now + 1 }), methodOf("mobilePhone")] };
  t.match(judge(waiting, email(0)), { fresh: false, methods: [{ method: "sms" }] }, "a proof by a method that waits");
  t.match(judge({ methods: [methodOf("mobilePhone")] }, email(0)), { fresh: false }, "by one that is gone");
  const changed = { methods: [methodOf("email", { revision: 2 })] };
  t.match(judge(changed, email(0)), { fresh: false, methods: [{ method: "email" }] }, "by a value that was changed since");
  t.strictSame(judge(changed, { ...email(0), revision: 2 }), { fresh: true, byMethods: ["email-1"] });
  const unverified = { methods: [methodOf("email", { verified: false }), methodOf("mobilePhone")] };
  t.match(judge(unverified, email(0)), { fresh: false }, "by one that was never verified");
  const tenant = tenantOf({ policy: { methods: ["email", "securityQuestions"] } });
  const questions = { tenant, methods: [methodOf("email"), methodOf("securityQuestions")] };
  t.match(judge(questions, { kind: "securityQuestions", methodId: "securityQuestions-1", revision: 1, at: now }), {
    fresh: false,
    needed: 1,
    methods: [{ method: "email" }],
  });
  t.end();
});

t.test("strangers' failures take no method away, nor do scope and licences", (t) => {
  const blocked = [methodOf("email", { consecutiveFailures: 100 })];
  t.match(judge({ methods: blocked }, password(0)), { fresh: false, methods: [{ method: "email" }] }, "the password does not stand in");
  t.strictSame(judge({ methods: blocked }, email(0)), { fresh: true, byMethods: ["email-1"] });
  t.strictSame(judge({ licensed: false, tenant: tenantOf({ policy: { scope: "none" } }) }, email(0)), {
    fresh: true,
    byMethods: ["email-1"],
  });
  t.end();
});
