import { RIGHTS, type Right } from "../kit/rights.ts";
import { ROLES } from "./roles.ts";

const READING: readonly Right[] = [
  "users:read",
  "groups:read",
  "methods:read",
  "policy:read",
  "audit:read",
  "reports:read",
  "directories:read",
];
const PEOPLE: readonly Right[] = ["users:read", "groups:read", "methods:read"];

/**
 * What a role lets its holder do at all; on whom is another question (`reach.ts`). Only roles that do something here have a row: whoever
 * administers mailboxes signs in with two proofs, and finds nothing to administer.
 */
const RIGHTS_OF: Readonly<Record<string, readonly Right[]>> = {
  globalAdministrator: RIGHTS,
  globalReader: READING,
  directoryReaders: PEOPLE,
  passwordAdministrator: [...PEOPLE, "resets:write"],
  helpdeskAdministrator: [...PEOPLE, "resets:write"],
  authenticationAdministrator: [...PEOPLE, "users:write", "methods:write", "resets:write"],
  privilegedAuthenticationAdministrator: [...PEOPLE, "users:write", "methods:write", "resets:write", "policy:read"],
  userAdministrator: [...PEOPLE, "users:write", "groups:write", "methods:write", "resets:write", "reports:read"],
  groupsAdministrator: [...PEOPLE, "groups:write"],
  privilegedRoleAdministrator: [...PEOPLE, "roles:write", "audit:read"],
  authenticationPolicyAdministrator: [...PEOPLE, "policy:read", "policy:write", "reports:read"],
  securityAdministrator: [...READING, "events:write"],
  securityOperator: READING,
  securityReader: READING,
  reportsReader: ["reports:read", "audit:read"],
  hybridIdentityAdministrator: [...PEOPLE, "directories:read", "directories:write"],
};

export function rightsOf(roles: readonly string[]): ReadonlySet<Right> {
  return new Set(roles.flatMap((role) => RIGHTS_OF[role] ?? []));
}

/** The roles that give a right, for whoever has to be told what is missing, and for finding who could act. */
export function rolesWith(right: Right): string[] {
  return ROLES.map(({ role }) => role).filter((role) => RIGHTS_OF[role]?.includes(right) === true);
}
