import type { Acting, OutOfReach } from "./reach.ts";
import { rightsOf } from "./rights.ts";

export const GLOBAL_ADMINISTRATOR = "globalAdministrator";
/** Whoever could hand out these could hand out what they do not have: a Global Administrator alone grants and takes them. */
export const GRANTED_BY_GLOBAL = [GLOBAL_ADMINISTRATOR, "privilegedRoleAdministrator", "privilegedAuthenticationAdministrator"] as const;
const GRANTING_ROLES = [GLOBAL_ADMINISTRATOR, "privilegedRoleAdministrator"] as const;

/** The roles that grant and take a role. */
export function grantedBy(role: string): readonly string[] {
  return isGrantedByGlobal(role) ? [GLOBAL_ADMINISTRATOR] : GRANTING_ROLES;
}

function isGrantedByGlobal(role: string): boolean {
  return (GRANTED_BY_GLOBAL as readonly string[]).includes(role);
}

const LACKING: OutOfReach = { missing: "role", reason: "None of your roles gives roles:write." };
const OF_PEOPLE: OutOfReach = { missing: "target", reason: "Roles are given and taken by people alone, never by an application." };
const OWN: OutOfReach = { missing: "target", reason: "Nobody changes their own roles: another administrator has to." };
const UPWARD: OutOfReach = { missing: "role", reason: "Only a Global Administrator may grant or take this role." };

/**
 * Whether somebody may give roles to people, or take these from them; the same rule for both, or a lesser administrator could topple a
 * higher one. By a group too: whoever puts a person into a group with roles grants these. `null`: they may.
 * @param whom ids of the people; none where a group has no members yet
 */
export function judgeGrant({ actor, roles }: Acting, granted: readonly string[], whom: readonly string[]): OutOfReach | null {
  if (actor.kind === "operator" || actor.kind === "system") return null;
  if (actor.kind !== "user") return OF_PEOPLE;
  if (!rightsOf(roles).has("roles:write")) return LACKING;
  if (actor.id !== undefined && whom.includes(actor.id)) return OWN;
  return granted.every((role) => grantedBy(role).some((able) => roles.includes(able))) ? null : UPWARD;
}

/** Of a group, what decides who may change it. */
export interface GuardedGroup {
  readonly roleAssignable: boolean;
  readonly roles: readonly string[];
}

const NO_GROUPS: OutOfReach = { missing: "role", reason: "None of your roles gives groups:write." };

/**
 * Whether somebody may make, rename or remove a group, or change who is in it. One that roles can be given to is changed as roles are,
 * also while it has none: it may get some. An application's scope was looked at before. @param whom ids of the people who come or go
 */
export function judgeGroupChange(acting: Acting, { roleAssignable, roles }: GuardedGroup, whom: readonly string[]): OutOfReach | null {
  if (roleAssignable) return judgeGrant(acting, roles, whom);
  return acting.actor.kind === "user" && !rightsOf(acting.roles).has("groups:write") ? NO_GROUPS : null;
}
