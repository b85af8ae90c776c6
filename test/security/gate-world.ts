import type { ChallengeMethod, MethodType } from "../../src/methods/method.ts";
import type { AdministratorPolicy, TenantPolicy } from "../../src/policy/tenant-policy.ts";
import type { Account } from "../../src/users/account.ts";
import { accountOf, methodOf, tenantOf } from "../builders/account.ts";

export const PEOPLE = ["nina", "omar"] as const;
export type Person = (typeof PEOPLE)[number];

/** What each of them may have registered. */
export const VALUES = {
  emailOne: "email",
  emailTwo: "email",
  mobile: "mobilePhone",
  office: "officePhone",
  app: "authenticatorApp",
  codes: "recoveryCodes",
  questions: "securityQuestions",
} as const satisfies Record<string, MethodType>;
export type ValueName = keyof typeof VALUES;

export type Standing = "verified" | "prefilled" | "unconfirmed" | "blocked" | "absent";
interface Value {
  standing: Standing;
  revision: number;
}

/** Two people and the policies over them, changed while resets are running. */
export class GateWorld {
  readonly people = new Map(PEOPLE.map((person) => [person, { roles: [] as string[], enabled: true, values: newValues() }]));
  policy: Pick<TenantPolicy, "scope" | "methodsRequired" | "methods"> = {
    scope: "all",
    methodsRequired: 1,
    methods: ["email", "sms", "voice", "officePhone", "authenticatorApp", "recoveryCode", "securityQuestions"],
  };
  administrators: Pick<AdministratorPolicy, "enabled" | "methods"> = {
    enabled: true,
    methods: ["email", "sms", "voice", "officePhone", "authenticatorApp"],
  };

  of(person: Person) {
    const found = this.people.get(person);
    if (found === undefined) throw new Error("nobody");
    return found;
  }

  account(person: Person): Account {
    const { roles, enabled, values } = this.of(person);
    const methods = [...values].flatMap(([name, { standing, revision }]) =>
      standing === "absent"
        ? []
        : methodOf(VALUES[name], {
            id: `${person} ${name}`,
            revision,
            verified: standing === "verified" || standing === "blocked",
            source: standing === "prefilled" ? "admin" : "user",
            consecutiveFailures: standing === "blocked" ? 100 : 0,
          }),
    );
    const tenant = tenantOf({ policy: this.policy, administratorPolicy: this.administrators });
    return accountOf({ id: person, tenant, roles, enabled, methods });
  }
}

function newValues(): Map<ValueName, Value> {
  return new Map((Object.keys(VALUES) as ValueName[]).map((name) => [name, { standing: "verified", revision: 1 }]));
}

export const DELIVERABLE: ReadonlySet<ChallengeMethod> = new Set([
  ...(["email", "sms", "voice", "officePhone", "authenticatorApp", "recoveryCode", "securityQuestions"] as const),
]);
