import t from "tap";
import {
  type AdministratorPolicy,
  DEFAULT_ADMINISTRATOR_POLICY,
  DEFAULT_POLICY,
  type TenantPolicy,
} from "../../src/policy/tenant-policy.ts";
import { weakens } from "../../src/policy/weakening.ts";

const base: TenantPolicy = {
  ...DEFAULT_POLICY,
  scope: "selected",
  groups: ["g-1"],
  methodsRequired: 2,
  prefilledMethodsCount: false,
  registration: { required: true, reconfirmDays: 180, skipDays: 14 },
  passwords: { minLength: 12, bannedTerms: ["contoso", "harbour"], history: 3, lifetimeDays: 365 },
  temporaryPassword: { lifetimeHours: 24, emailTo: "stored" },
  securityQuestions: { toRegister: 5, toReset: 4, custom: [] },
  twoPersonRule: true,
};
const changed = (policy: Partial<TenantPolicy>, administratorPolicy: Partial<AdministratorPolicy> = {}) => ({
  policy: { ...base, ...policy },
  administratorPolicy: { ...DEFAULT_ADMINISTRATOR_POLICY, ...administratorPolicy },
});

/** What weakens, by the path that is said. Its reverse never does. */
const WEAKER: readonly (readonly [path: string, change: Partial<TenantPolicy>])[] = [
  ["scope", { scope: "all" }],
  ["groups", { groups: ["g-1", "g-2"] }],
  ["methodsRequired", { methodsRequired: 1 }],
  ["methods", { methods: [...base.methods, "voice"] }],
  ["prefilledMethodsCount", { prefilledMethodsCount: true }],
  ["registration.required", { registration: { ...base.registration, required: false } }],
  ["registration.reconfirmDays", { registration: { ...base.registration, reconfirmDays: 181 } }],
  ["registration.reconfirmDays", { registration: { ...base.registration, reconfirmDays: 0 } }],
  ["registration.skipDays", { registration: { ...base.registration, skipDays: 15 } }],
  ["securityQuestions.toRegister", { securityQuestions: { ...base.securityQuestions, toRegister: 4 } }],
  ["securityQuestions.toReset", { securityQuestions: { ...base.securityQuestions, toReset: 3 } }],
  ["securityQuestions.custom", { securityQuestions: { ...base.securityQuestions, custom: ["What is the colour of the sky?"] } }],
  ["notifications.users", { notifications: { users: false, administrators: true } }],
  ["notifications.administrators", { notifications: { users: true, administrators: false } }],
  ["disclosure", { disclosure: "helpful" }],
  ["writeback.enabled", { writeback: { enabled: true, unlockWithoutReset: false } }],
  ["writeback.unlockWithoutReset", { writeback: { enabled: false, unlockWithoutReset: true } }],
  ["passwords.minLength", { passwords: { ...base.passwords, minLength: 11 } }],
  ["passwords.bannedTerms", { passwords: { ...base.passwords, bannedTerms: ["contoso"] } }],
  ["passwords.history", { passwords: { ...base.passwords, history: 2 } }],
  ["passwords.lifetimeDays", { passwords: { ...base.passwords, lifetimeDays: 366 } }],
  ["passwords.lifetimeDays", { passwords: { ...base.passwords, lifetimeDays: 0 } }],
  ["temporaryPassword.lifetimeHours", { temporaryPassword: { ...base.temporaryPassword, lifetimeHours: 25 } }],
  ["temporaryPassword.lifetimeHours", { temporaryPassword: { ...base.temporaryPassword, lifetimeHours: 0 } }],
  ["temporaryPassword.emailTo", { temporaryPassword: { ...base.temporaryPassword, emailTo: "any" } }],
  ["twoPersonRule", { twoPersonRule: false }],
  ["ownNetworks", { ownNetworks: ["192.0.2.0/24"] }],
];

t.test("each way to weaken a policy is named, and its reverse is none", async (t) => {
  for (const [path, change] of WEAKER) {
    t.same(weakens(changed({}), changed(change)), [path], JSON.stringify(change));
    t.same(weakens(changed(change), changed({})), [], `back from ${JSON.stringify(change)}`);
  }
  t.same(weakens(changed({}), changed({})), []);
  t.same(weakens(changed({}), changed({ helpdesk: { url: "https://help.contoso.example" } })), []);
});

t.test("one thing weaker is enough, whatever else gets stricter", async (t) => {
  t.same(weakens(changed({}), changed({ methods: ["voice"] })), ["methods"], "fewer, but another one");
  t.same(weakens(changed({}), changed({ scope: "none", disclosure: "helpful" })), ["disclosure"]);
  t.same(weakens(changed({ scope: "none" }), changed({ scope: "selected" })), ["scope"]);
  t.same(weakens(changed({ scope: "all" }), changed({ scope: "selected", groups: ["g-2"] })), [], "narrower");
  t.same(weakens(changed({ scope: "none" }), changed({ scope: "none", groups: ["g-1", "g-2"] })), [], "nobody looks at them");
});

t.test("administrators: more methods, or switched on, is weaker", async (t) => {
  const of = (before: Partial<AdministratorPolicy>, after: Partial<AdministratorPolicy>) =>
    weakens(changed({}, before), changed({}, after));
  t.same(of({ methods: ["email", "sms"] }, {}), ["administrators.methods"]);
  t.same(of({}, { methods: ["email", "sms"] }), []);
  t.same(of({ enabled: false }, {}), ["administrators.enabled"]);
  t.same(of({}, { enabled: false }), []);
});
