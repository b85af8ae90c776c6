import type { MethodType } from "../../src/methods/method.ts";
import {
  type AdministratorPolicy,
  DEFAULT_ADMINISTRATOR_POLICY,
  DEFAULT_POLICY,
  type TenantPolicy,
} from "../../src/policy/tenant-policy.ts";
import type { TenantFacts } from "../../src/tenants/tenant.ts";
import type { Account, AccountMethod } from "../../src/users/account.ts";

/** A verified method of the given type, the first of its kind. */
export function methodOf(type: MethodType, overrides: Partial<AccountMethod> = {}): AccountMethod {
  return {
    id: `${type}-1`,
    type,
    revision: 1,
    verified: true,
    source: "user",
    hint: `hint of ${type}`,
    usableFrom: null,
    consecutiveFailures: 0,
    ...overrides,
  };
}

/** A tenant on plan `business` with licences and the default policies. */
export function tenantOf(
  overrides: Partial<Omit<TenantFacts, "policy" | "administratorPolicy">> & {
    policy?: Partial<TenantPolicy>;
    administratorPolicy?: Partial<AdministratorPolicy>;
  } = {},
): TenantFacts {
  return {
    id: "tenant-1",
    name: "Contoso",
    plan: "business",
    licensed: true,
    policyVersion: 1,
    ...overrides,
    policy: { ...DEFAULT_POLICY, ...overrides.policy },
    administratorPolicy: { ...DEFAULT_ADMINISTRATOR_POLICY, ...overrides.administratorPolicy },
  };
}

/** An enabled, licensed person of the built-in directory with an email address and a mobile phone. */
export function accountOf(overrides: Partial<Account> = {}): Account {
  return {
    id: "user-1",
    tenant: tenantOf(),
    userPrincipalName: "nina@contoso.example",
    displayName: "Nina Berg",
    givenName: "Nina",
    surname: "Berg",
    mail: "nina@contoso.example",
    preferredLanguage: null,
    enabled: true,
    licensed: true,
    directoryId: null,
    credentialVersion: 1,
    recoveryFrozen: false,
    breakGlass: false,
    roles: [],
    inRoleAssignableGroup: false,
    groups: [],
    methods: [methodOf("email"), methodOf("mobilePhone")],
    familiar: false,
    ...overrides,
  };
}
