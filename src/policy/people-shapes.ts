import { METHOD_TYPES, type MethodType } from "../methods/method.ts";
import type { TenantFacts } from "../tenants/tenant.ts";
import type { Account, AccountMethod } from "../users/account.ts";

/**
 * What the judgement reads about a person, packed into one number: people with the same number are judged alike, so that a million of them
 * are judged as a few hundred. The layout, from the lowest bit: one for each of {@link FACTS}; for each type of method one for "verified" and
 * one for "filled in by an administrator, not verified"; one for each class of groups.
 */
export type ShapeKey = number;

/** In the order of their bits. */
export const FACTS = ["enabled", "licensed", "frozen", "directory", "twoGate"] as const;
type Fact = (typeof FACTS)[number];

const METHODS_FROM = FACTS.length;
export const GROUPS_FROM = METHODS_FROM + 2 * METHOD_TYPES.length;
/** PostgreSQL's integer has 31 bits without its sign. */
export const MOST_CLASSES = 31 - GROUPS_FROM;

export function factBit(fact: Fact): number {
  return FACTS.indexOf(fact);
}
export function methodBit(type: MethodType, verified: boolean): number {
  return METHODS_FROM + 2 * METHOD_TYPES.indexOf(type) + (verified ? 0 : 1);
}

/** Groups that no policy in question tells apart. A person in several counts once. */
export type GroupClass = readonly [string, ...string[]];

export interface PeopleShape {
  readonly key: ShapeKey;
  readonly count: number;
  /** Stands for all of them: everything that the judgement reads is true of each. Names and ids are empty, and methods that do not count now are left out. */
  readonly account: Account;
}

/** One of the people of a shape. */
export interface PersonOfShape {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly key: ShapeKey;
}

/** The groups that some of the policies name, by which of them name each: whoever is in one of a class is in or out of scope alike. */
export function groupClasses(...lists: readonly (readonly string[])[]): GroupClass[] {
  const classes = new Map<string, [string, ...string[]]>();
  for (const group of new Set(lists.flat())) {
    const named = lists.map((list) => list.includes(group)).join();
    const others = classes.get(named);
    if (others === undefined) classes.set(named, [group]);
    else others.push(group);
  }
  return [...classes.values()];
}

const isSet = (key: ShapeKey, bit: number): boolean => ((key >> bit) & 1) === 1;

/** The person that a shape stands for. */
export function accountOfShape(key: ShapeKey, tenant: TenantFacts, groups: readonly GroupClass[]): Account {
  const is = (fact: Fact) => isSet(key, factBit(fact));
  return {
    id: "",
    tenant,
    userPrincipalName: "",
    displayName: null,
    givenName: null,
    surname: null,
    mail: null,
    preferredLanguage: null,
    enabled: is("enabled"),
    licensed: is("licensed"),
    directoryId: is("directory") ? "some" : null,
    credentialVersion: 0,
    recoveryFrozen: is("frozen"),
    // Any role that asks for two gates: the judgement makes no difference between them.
    roles: is("twoGate") ? ["globalAdministrator"] : [],
    inRoleAssignableGroup: false,
    breakGlass: false,
    groups: groups.flatMap(([first], index) => (isSet(key, GROUPS_FROM + index) ? [first] : [])),
    methods: METHOD_TYPES.flatMap((type) => [true, false].flatMap((verified) => methodOfShape(key, type, verified))),
    familiar: false,
  };
}

function methodOfShape(key: ShapeKey, type: MethodType, verified: boolean): AccountMethod[] {
  if (!isSet(key, methodBit(type, verified))) return [];
  const source = verified ? "user" : "admin";
  return [{ id: `${type} ${source}`, type, revision: 0, verified, source, hint: "", usableFrom: null, consecutiveFailures: 0 }];
}
