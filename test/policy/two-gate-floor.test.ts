import t from "tap";
import { CHALLENGE_METHODS, type ChallengeMethod, METHODS, type MethodType } from "../../src/methods/method.ts";
import { judgeEligibility } from "../../src/policy/eligibility.ts";
import { nextGate, type Proof } from "../../src/policy/gates.ts";
import type { Account } from "../../src/users/account.ts";
import { needsTwoGates, ROLES } from "../../src/users/roles.ts";
import { accountOf, methodOf, tenantOf } from "../builders/account.ts";
import { T0 } from "../builders/reset-flow.ts";

const deliverable = new Set<ChallengeMethod>(CHALLENGE_METHODS);
const types: MethodType[] = ["email", "mobilePhone", "officePhone", "authenticatorApp", "recoveryCodes", "securityQuestions"];
const everyValue = types.map((type) => methodOf(type));
const phones = ["sms", "voice", "officePhone"] as const;
// As lax as a tenant can be, for users and for administrators.
const tenant = tenantOf({
  policy: { scope: "all", methodsRequired: 1, methods: [...CHALLENGE_METHODS] },
  administratorPolicy: { methods: ["email", ...phones, "authenticatorApp"] },
});

const proofBy = (method: ChallengeMethod): Proof => ({
  kind: METHODS[method].kind,
  method,
  methodId: `${METHODS[method].type}-1`,
  revision: 1,
});
const stepOf = (account: Account, methods: readonly ChallengeMethod[]) =>
  nextGate(judgeEligibility(account, { now: T0, deliverable }), methods.map(proofBy)).step;

const pairs = CHALLENGE_METHODS.flatMap((one) => CHALLENGE_METHODS.map((two) => [one, two] as const));
const STRONG = new Set(["email", "authenticatorApp", "phone"]);
const enoughForAdministrators = ([one, two]: readonly [ChallengeMethod, ChallengeMethod]) =>
  METHODS[one].kind !== METHODS[two].kind && STRONG.has(METHODS[one].kind) && STRONG.has(METHODS[two].kind);

t.test("every administrator role: two different methods of email, app and phone, whatever the tenant says", async (t) => {
  const roles = ROLES.filter(({ twoGate }) => twoGate);
  t.ok(roles.length >= 70, `${roles.length} roles`);
  for (const { role } of roles) {
    const account = accountOf({ tenant, roles: [role], methods: everyValue });
    t.match(judgeEligibility(account, { now: T0, deliverable }), { policy: "administrator", gatesRequired: 2, canReset: true }, role);
    const opened = pairs.filter((pair) => stepOf(account, pair) === "open");
    t.strictSame(opened, pairs.filter(enoughForAdministrators), `${role}: two`);
    t.strictSame(
      CHALLENGE_METHODS.filter((method) => stepOf(account, [method]) === "open"),
      [],
      `${role}: one`,
    );
  }
});

t.test("readers and inviters are judged as users", async (t) => {
  for (const { role } of ROLES.filter(({ twoGate }) => !twoGate)) {
    const account = accountOf({ tenant, roles: [role], methods: everyValue });
    t.match(judgeEligibility(account, { now: T0, deliverable }), { policy: "user", gatesRequired: 1 }, role);
    t.equal(stepOf(account, ["email"]), "open", role);
  }
});

t.test("one administrator role among others is enough, and an unknown one is taken for one", async (t) => {
  t.equal(needsTwoGates([]), false);
  t.equal(needsTwoGates(["globalReader"]), false);
  t.equal(needsTwoGates(["globalReader", "helpdeskAdministrator"]), true);
  for (const unknown of ["", "Global Reader", "GLOBALREADER", "constructor", "__proto__", "someRoleOfNextYear"]) {
    t.equal(needsTwoGates([unknown]), true, unknown);
    t.equal(needsTwoGates(["globalReader", unknown]), true, unknown);
    t.not(stepOf(accountOf({ tenant, roles: [unknown], methods: everyValue }), ["email"]), "open");
  }
});

t.test("a role granted between two gates raises the bar at once, one taken away lowers it", async (t) => {
  const user = accountOf({ tenant, methods: everyValue });
  const granted = { ...user, roles: ["helpdeskAdministrator"] };
  t.equal(stepOf(user, ["email"]), "open");
  t.equal(stepOf(granted, ["email"]), "challenge");
  t.equal(stepOf(granted, ["recoveryCode", "email"]), "challenge", "what only the tenant's policy takes counts no more");
  t.equal(stepOf(granted, ["email", "sms"]), "open");
});
