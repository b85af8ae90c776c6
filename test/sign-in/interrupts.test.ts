import t from "tap";
import { DAY } from "../../src/kit/clock.ts";
import { CHALLENGE_METHODS } from "../../src/methods/method.ts";
import type { TenantPolicy } from "../../src/policy/tenant-policy.ts";
import { type DueInterrupts, type InterruptFacts, judgeInterrupts } from "../../src/sign-in/interrupts.ts";
import type { Account } from "../../src/users/account.ts";
import type { PasswordState } from "../../src/users/user-record.ts";
import { accountOf, methodOf, tenantOf } from "../builders/account.ts";
import { T0 } from "../builders/reset-flow.ts";

const password = (overrides: Partial<PasswordState> = {}): PasswordState => ({
  mustChange: false,
  temporary: false,
  neverExpires: false,
  expiresAt: null,
  changedAt: T0,
  ...overrides,
});

interface Case {
  readonly policy?: Partial<TenantPolicy>;
  readonly account?: Partial<Account>;
  readonly facts?: Partial<InterruptFacts>;
  /** Days after T0. */
  readonly day?: number;
}

function judge({ policy = {}, account = {}, facts = {}, day = 0 }: Case): DueInterrupts {
  const person = accountOf({ tenant: tenantOf({ policy }), ...account });
  const known: InterruptFacts = {
    account: person,
    password: password(),
    mustRegister: false,
    registrationAskedAt: null,
    confirmedAt: null,
    verifiedAt: T0,
    createdAt: T0,
    ...facts,
  };
  return judgeInterrupts(known, { now: T0 + day * DAY, deliverable: new Set(CHALLENGE_METHODS) });
}

const NOTHING: DueInterrupts = { interrupts: [], skippable: [] };
const CHANGE: DueInterrupts = { interrupts: ["change-password"], skippable: [], limit: "change-password" };
const REGISTER_NOW: DueInterrupts = { interrupts: ["register-security-info"], skippable: [], limit: "registration" };
const registerUntil = (day: number): DueInterrupts => ({
  interrupts: ["register-security-info"],
  skippable: ["register-security-info"],
  skippableUntil: T0 + day * DAY,
});
const CONFIRM: DueInterrupts = { interrupts: ["confirm-security-info"], skippable: ["confirm-security-info"] };
const aging = (lifetimeDays: number) => ({ passwords: { minLength: 12, bannedTerms: [], history: 1, lifetimeDays } });
const registration = (overrides: Partial<TenantPolicy["registration"]>) => ({
  registration: { required: true, reconfirmDays: 180, skipDays: 14, ...overrides },
});
const ADMINISTRATOR = { roles: ["helpdeskAdministrator"] };
const prefilled = [methodOf("email", { verified: false, source: "admin" }), methodOf("mobilePhone", { verified: false, source: "admin" })];

const TABLE: Readonly<Record<string, readonly [Case, DueInterrupts]>> = {
  "nothing, for somebody with all that is needed": [{}, NOTHING],

  "change: a forced one": [{ facts: { password: password({ mustChange: true }) } }, CHANGE],
  "change: a temporary one": [{ facts: { password: password({ temporary: true }) } }, CHANGE],
  "change: no password here": [{ facts: { password: null } }, NOTHING],
  "change: an old one, where passwords do not expire": [{ day: 170, policy: aging(0) }, NOTHING],
  "change: one a day before its end": [{ day: 89, policy: aging(90) }, NOTHING],
  "change: one at its end": [{ day: 90, policy: aging(90) }, CHANGE],
  "change: counted from the last change": [
    { day: 170, policy: aging(90), facts: { password: password({ changedAt: T0 + 100 * DAY }) } },
    NOTHING,
  ],
  "change: somebody who is exempt": [{ day: 170, policy: aging(90), facts: { password: password({ neverExpires: true }) } }, NOTHING],
  "change: exempt, but forced": [
    { day: 170, policy: aging(90), facts: { password: password({ neverExpires: true, mustChange: true }) } },
    CHANGE,
  ],
  "change: somebody of a directory, old and forced": [
    {
      day: 170,
      policy: { ...aging(90), writeback: { enabled: true, unlockWithoutReset: false } },
      account: { directoryId: "directory-1" },
      facts: { password: password({ mustChange: true }) },
    },
    NOTHING,
  ],

  "register: nothing yet, asked for the first time": [{ account: { methods: [] } }, registerUntil(14)],
  "register: days count from the first time": [
    { account: { methods: [] }, day: 13, facts: { registrationAskedAt: T0 } },
    registerUntil(14),
  ],
  "register: on the last day no more": [{ account: { methods: [] }, day: 14, facts: { registrationAskedAt: T0 } }, REGISTER_NOW],
  "register: at once, where no day is given": [{ account: { methods: [] }, policy: registration({ skipDays: 0 }) }, REGISTER_NOW],
  "register: not where nobody must": [{ account: { methods: [] }, policy: registration({ required: false }) }, NOTHING],
  "register: one of two": [{ account: { methods: [methodOf("email")] }, policy: { methodsRequired: 2 } }, registerUntil(14)],
  "register: two of one kind are one": [
    {
      account: { methods: [methodOf("mobilePhone"), methodOf("officePhone")] },
      policy: { methodsRequired: 2, methods: ["sms", "officePhone", "email"] },
    },
    registerUntil(14),
  ],
  "register: one that the policy does not take is none": [{ account: { methods: [methodOf("officePhone")] } }, registerUntil(14)],
  "register: one that still waits is there": [{ account: { methods: [methodOf("email", { usableFrom: T0 + 9 * DAY })] } }, NOTHING],
  "register: one that rests is there": [{ account: { methods: [methodOf("email", { consecutiveFailures: 99 })] } }, NOTHING],
  "register: one that was never proved is none": [{ account: { methods: [methodOf("email", { verified: false })] } }, registerUntil(14)],
  "register: pre-filled ones count": [
    { account: { methods: prefilled }, policy: { methodsRequired: 2 }, facts: { verifiedAt: null } },
    NOTHING,
  ],
  "register: pre-filled ones do not, where the tenant says so": [
    { account: { methods: prefilled }, policy: { prefilledMethodsCount: false } },
    registerUntil(14),
  ],
  "register: not who may not reset": [{ account: { methods: [], licensed: false } }, NOTHING],
  "register: not where self-service is off": [{ account: { methods: [] }, policy: { scope: "none" } }, NOTHING],
  "register: anew, for whom an administrator says so": [{ facts: { mustRegister: true } }, REGISTER_NOW],
  "register: anew, whatever the policy says": [
    { facts: { mustRegister: true }, policy: registration({ required: false }), account: { licensed: false } },
    REGISTER_NOW,
  ],

  "administrator: two of their own": [{ account: ADMINISTRATOR }, NOTHING],
  "administrator: one": [{ account: { ...ADMINISTRATOR, methods: [methodOf("email")] } }, REGISTER_NOW],
  "administrator: pre-filled ones are none": [{ account: { ...ADMINISTRATOR, methods: prefilled } }, REGISTER_NOW],
  "administrator: saved codes and questions are none": [
    {
      account: { ...ADMINISTRATOR, methods: [methodOf("email"), methodOf("recoveryCodes"), methodOf("securityQuestions")] },
      policy: { methods: ["email", "recoveryCode", "securityQuestions"] },
    },
    REGISTER_NOW,
  ],
  "administrator: even where nobody must and nobody is licensed": [
    { account: { ...ADMINISTRATOR, methods: [], licensed: false }, policy: registration({ required: false }) },
    REGISTER_NOW,
  ],
  "a reader alone is like anybody": [{ account: { roles: ["globalReader"], methods: [] } }, registerUntil(14)],

  "confirm: a day before": [{ day: 179 }, NOTHING],
  "confirm: from the last verification": [{ day: 180 }, CONFIRM],
  "confirm: from the last confirmation before that": [{ day: 180, facts: { confirmedAt: T0 + DAY } }, NOTHING],
  "confirm: of an old confirmation, whatever was verified since": [
    { day: 180, facts: { confirmedAt: T0, verifiedAt: T0 + 9 * DAY } },
    CONFIRM,
  ],
  "confirm: of pre-filled data, from the account's beginning": [
    { day: 180, account: { methods: prefilled }, facts: { verifiedAt: null } },
    CONFIRM,
  ],
  "confirm: never, where the policy says 0": [{ day: 9_999, policy: registration({ reconfirmDays: 0 }) }, NOTHING],
  "confirm: not who may not reset": [{ day: 200, account: { recoveryFrozen: true } }, NOTHING],
  "confirm: administrators too": [{ day: 200, account: ADMINISTRATOR }, CONFIRM],

  "all: changing comes first, and limits": [
    { account: { methods: [] }, policy: registration({ skipDays: 0 }), facts: { password: password({ temporary: true }) } },
    { interrupts: ["change-password", "register-security-info"], skippable: [], limit: "change-password" },
  ],
  "all: changing, then confirming": [
    { day: 200, facts: { password: password({ mustChange: true }) } },
    { interrupts: ["change-password", "confirm-security-info"], skippable: ["confirm-security-info"], limit: "change-password" },
  ],
  "all: registering stands for confirming": [
    { day: 200, account: { methods: [methodOf("email")] }, policy: { methodsRequired: 2 } },
    registerUntil(214),
  ],
};

for (const [name, [given, due]] of Object.entries(TABLE)) t.test(name, async (t) => t.strictSame(judge(given), due));
