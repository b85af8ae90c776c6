import { type Static, Type } from "typebox";
import { CHALLENGE_METHODS, type ChallengeMethod } from "../methods/method.ts";

const exact = { additionalProperties: false } as const;
/** One of several words, with its type kept. */
const word = <const T extends string>(words: readonly T[]) => Type.Unsafe<T>({ type: "string", enum: [...words] });
const MethodWord = word(CHALLENGE_METHODS);
const AdministratorMethodWord = word(["email", "sms", "voice", "officePhone", "authenticatorApp"]);

/** What a tenant decides for its people (contract, section 6: `GET /v1/policy`). Stored as it stands here. */
export const TenantPolicySchema = Type.Object(
  {
    scope: word(["none", "selected", "all"]),
    groups: Type.Array(Type.String({ format: "uuid" }), {
      maxItems: 100,
      uniqueItems: true,
      description: "Ids of the groups in scope; members of their groups count.",
    }),
    methodsRequired: Type.Union([Type.Literal(1), Type.Literal(2)]),
    methods: Type.Array(MethodWord, { minItems: 1, maxItems: CHALLENGE_METHODS.length, uniqueItems: true }),
    prefilledMethodsCount: Type.Boolean({
      description: "Contact data that an administrator filled in counts before the person has confirmed it. Never for administrators.",
    }),
    registration: Type.Object(
      {
        required: Type.Boolean(),
        reconfirmDays: Type.Integer({ minimum: 0, maximum: 730 }),
        skipDays: Type.Integer({ minimum: 0, maximum: 730 }),
      },
      exact,
    ),
    securityQuestions: Type.Object(
      {
        toRegister: Type.Integer({ minimum: 3, maximum: 5 }),
        toReset: Type.Integer({ minimum: 3, maximum: 5 }),
        custom: Type.Array(Type.String({ minLength: 3, maxLength: 200 }), { maxItems: 20, uniqueItems: true }),
      },
      exact,
    ),
    notifications: Type.Object({ users: Type.Boolean(), administrators: Type.Boolean() }, exact),
    helpdesk: Type.Object(
      {
        url: Type.Optional(Type.String({ pattern: '^https://[^\\s"<>]+$', maxLength: 500 })),
        email: Type.Optional(Type.String({ format: "email", maxLength: 254 })),
      },
      exact,
    ),
    disclosure: word(["private", "helpful"]),
    writeback: Type.Object({ enabled: Type.Boolean(), unlockWithoutReset: Type.Boolean() }, exact),
    passwords: Type.Object(
      {
        minLength: Type.Integer({ minimum: 8, maximum: 64 }),
        bannedTerms: Type.Array(Type.String({ minLength: 4, maxLength: 16 }), { maxItems: 1000 }),
        history: Type.Integer({
          minimum: 0,
          maximum: 24,
          description: "How many former passwords may not come back; the current one is the first.",
        }),
        lifetimeDays: Type.Integer({ minimum: 0, maximum: 3650, description: "0: passwords do not expire." }),
      },
      exact,
    ),
    temporaryPassword: Type.Object({ lifetimeHours: Type.Integer({ minimum: 0, maximum: 8760 }), emailTo: word(["stored", "any"]) }, exact),
    twoPersonRule: Type.Boolean(),
    ownNetworks: Type.Array(Type.String({ maxLength: 49, pattern: "^[0-9A-Fa-f.:]+/[0-9]{1,3}$" }), {
      maxItems: 100,
      description: "The tenant's own networks (CIDR): many people behind one address are expected there, so the limit per source is wider.",
    }),
  },
  exact,
);
export type TenantPolicy = Static<typeof TenantPolicySchema>;

/** What holds for whoever has an administrator role (entra-sspr.md §2). Two gates are the floor; no field can go below. */
export const AdministratorPolicySchema = Type.Object(
  {
    enabled: Type.Boolean(),
    methodsRequired: Type.Literal(2),
    methods: Type.Array(AdministratorMethodWord, { minItems: 2, uniqueItems: true }),
  },
  exact,
);
export type AdministratorPolicy = Static<typeof AdministratorPolicySchema>;

export const DEFAULT_POLICY: TenantPolicy = {
  scope: "all",
  groups: [],
  methodsRequired: 1,
  methods: ["email", "sms", "authenticatorApp"],
  prefilledMethodsCount: true,
  registration: { required: true, reconfirmDays: 180, skipDays: 14 },
  securityQuestions: { toRegister: 5, toReset: 3, custom: [] },
  notifications: { users: true, administrators: true },
  helpdesk: {},
  disclosure: "private",
  writeback: { enabled: false, unlockWithoutReset: false },
  passwords: { minLength: 12, bannedTerms: [], history: 1, lifetimeDays: 0 },
  temporaryPassword: { lifetimeHours: 24, emailTo: "stored" },
  twoPersonRule: false,
  ownNetworks: [],
};

export const DEFAULT_ADMINISTRATOR_POLICY: AdministratorPolicy = {
  enabled: true,
  methodsRequired: 2,
  methods: ["email", "sms", "authenticatorApp"],
};

/** A stored policy with whatever came later than it at its default. */
export function completePolicy(stored: TenantPolicy): TenantPolicy {
  return { ...DEFAULT_POLICY, ...stored };
}

/**
 * The methods of the start answer: what the tenant's policies allow to *anybody*, so that it tells nothing about one person
 * (attacks A54, A90).
 */
export function methodsOfTenant(
  policy: TenantPolicy,
  administrators: AdministratorPolicy,
  deliverable: ReadonlySet<ChallengeMethod>,
): ChallengeMethod[] {
  const allowed = new Set<ChallengeMethod>(policy.methods);
  if (administrators.enabled) for (const method of administrators.methods) allowed.add(method);
  // Security questions never open a reset (contract, section 3): they come after another proof.
  return CHALLENGE_METHODS.filter((method) => method !== "securityQuestions" && allowed.has(method) && deliverable.has(method));
}
