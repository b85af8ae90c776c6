import type { Policies } from "./policy-store.ts";
import type { AdministratorPolicy, TenantPolicy } from "./tenant-policy.ts";

/** The members, by their paths, that ask for less afterwards or let in more. A judgement of each member says so; one that has none cannot be compiled. */
type Judgement<Policy, Member extends keyof Policy> = (
  before: Policy[Member],
  after: Policy[Member],
  all: Pair<Policy>,
) => boolean | string[];
interface Pair<Policy> {
  readonly before: Policy;
  readonly after: Policy;
}

const added = <T>(before: readonly T[], after: readonly T[]): boolean => after.some((item) => !before.includes(item));
const lower = (before: number, after: number): boolean => after < before;
/** Of what 0 switches off: longer, or never. */
const longer = (before: number, after: number): boolean => before !== 0 && (after === 0 || after > before);
const switchedOff = (before: boolean, after: boolean): boolean => before && !after;
const switchedOn = (before: boolean, after: boolean): boolean => !before && after;
const named = (members: Readonly<Record<string, boolean>>): string[] => Object.keys(members).filter((name) => members[name]);

const SCOPES: readonly TenantPolicy["scope"][] = ["none", "selected", "all"];
/** Nothing gets easier by these, in whatever direction they go. */
const never = () => false;

const OF_PEOPLE: { readonly [Member in keyof TenantPolicy]-?: Judgement<TenantPolicy, Member> } = {
  scope: (before, after) => SCOPES.indexOf(after) > SCOPES.indexOf(before),
  // Whoever is in an added group may reset from then on; before and after that nobody looks at the groups.
  groups: (before, after, all) => all.before.scope === "selected" && all.after.scope === "selected" && added(before, after),
  methodsRequired: lower,
  methods: added,
  prefilledMethodsCount: switchedOn,
  registration: (before, after) =>
    named({
      required: switchedOff(before.required, after.required),
      reconfirmDays: longer(before.reconfirmDays, after.reconfirmDays),
      skipDays: lower(after.skipDays, before.skipDays),
    }),
  securityQuestions: (before, after) =>
    named({
      toRegister: lower(before.toRegister, after.toRegister),
      toReset: lower(before.toReset, after.toReset),
      // Whoever writes a question may know its answer.
      custom: added(before.custom, after.custom),
    }),
  notifications: (before, after) =>
    named({ users: switchedOff(before.users, after.users), administrators: switchedOff(before.administrators, after.administrators) }),
  helpdesk: never,
  disclosure: (before, after) => before === "private" && after === "helpful",
  writeback: (before, after) =>
    named({
      enabled: switchedOn(before.enabled, after.enabled),
      unlockWithoutReset: switchedOn(before.unlockWithoutReset, after.unlockWithoutReset),
    }),
  passwords: (before, after) =>
    named({
      minLength: lower(before.minLength, after.minLength),
      bannedTerms: added(after.bannedTerms, before.bannedTerms),
      history: lower(before.history, after.history),
      lifetimeDays: longer(before.lifetimeDays, after.lifetimeDays),
    }),
  temporaryPassword: (before, after) =>
    named({
      lifetimeHours: longer(before.lifetimeHours, after.lifetimeHours),
      emailTo: before.emailTo === "stored" && after.emailTo === "any",
    }),
  twoPersonRule: switchedOff,
  // More may be tried from there.
  ownNetworks: added,
};

const OF_ADMINISTRATORS: { readonly [Member in keyof AdministratorPolicy]-?: Judgement<AdministratorPolicy, Member> } = {
  enabled: switchedOn,
  methodsRequired: lower,
  methods: added,
};

/**
 * What a change makes weaker: `methodsRequired`, `passwords.minLength`, `administrators.methods`, … Empty where it only tightens, or does neither. Such a
 * change is a second person's business where the organisation wants that (security.md K06).
 */
export function weakens(before: Policies, after: Policies): string[] {
  return [
    ...weaker(OF_PEOPLE, { before: before.policy, after: after.policy }),
    ...weaker(OF_ADMINISTRATORS, { before: before.administratorPolicy, after: after.administratorPolicy }).map(
      (path) => `administrators.${path}`,
    ),
  ];
}

function weaker<Policy extends object>(
  judgements: { readonly [Member in keyof Policy]-?: Judgement<Policy, Member> },
  all: Pair<Policy>,
): string[] {
  const members = Object.keys(judgements) as (keyof Policy & string)[];
  return members.flatMap((member) => {
    const judged = judgements[member](all.before[member], all.after[member], all);
    if (typeof judged === "boolean") return judged ? [member] : [];
    return judged.map((inner) => `${member}.${inner}`);
  });
}
