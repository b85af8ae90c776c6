import { Problem } from "../kit/problem.ts";

/**
 * Who may act on whom, as Microsoft's matrix is today (entra-sspr.md §3): a row for each role a person may hold, and which administrators
 * reach a holder of it. One table, which `GET /v1/roles` serves too. Wider than the three roles of seed 004 (docs/decisions/0050).
 */
export const REACHING_ROLES = [
  "passwordAdministrator",
  "helpdeskAdministrator",
  "authenticationAdministrator",
  "userAdministrator",
  "privilegedAuthenticationAdministrator",
  "globalAdministrator",
] as const;
export type ReachingRole = (typeof REACHING_ROLES)[number];

const ANYBODY: readonly ReachingRole[] = ["privilegedAuthenticationAdministrator", "globalAdministrator"];
const ALL = REACHING_ROLES;
const HELPDESK_AND_UP = REACHING_ROLES.filter((role) => role !== "passwordAdministrator");

/** Of a holder of no role at all. */
export const REACH_OF_NO_ROLE: readonly ReachingRole[] = ALL;
/** Of a member of a group that roles can be given to, role or no role: who adds to such a group hands out power (entra-sspr.md §3). */
export const REACH_OF_ROLE_ASSIGNABLE: readonly ReachingRole[] = ANYBODY;
const REACH: Readonly<Record<string, readonly ReachingRole[]>> = {
  directoryReaders: ALL,
  guestInviter: ALL,
  passwordAdministrator: ALL,
  messageCenterReader: HELPDESK_AND_UP,
  reportsReader: HELPDESK_AND_UP,
  usageSummaryReportsReader: HELPDESK_AND_UP,
  userExperienceSuccessManager: HELPDESK_AND_UP,
  helpdeskAdministrator: ["helpdeskAdministrator", "userAdministrator", ...ANYBODY],
  authenticationAdministrator: ["authenticationAdministrator", ...ANYBODY],
  userAdministrator: ["userAdministrator", ...ANYBODY],
  groupsAdministrator: ["userAdministrator", ...ANYBODY],
};

/** Who reaches a holder of this role: any role that has no row of its own is reached by the two highest alone. */
export function reachOf(role: string): readonly ReachingRole[] {
  return REACH[role] ?? ANYBODY;
}

/**
 * What is done to somebody. `reset`: a new password, ended sessions, a lifted lockout. `change`: the account itself and the data by which its
 * owner recovers it, which the help desk's two roles do not touch (entra-sspr.md §3, "sensitive actions"). `roles` are another matter.
 */
export type Reaching = "reset" | "change";
export const CHANGING_ROLES: readonly ReachingRole[] = ["authenticationAdministrator", "userAdministrator", ...ANYBODY];

/** Who acts: an application (no roles), a person with roles, or the operator of the installation, whom nobody stops. */
export interface Acting {
  readonly actor: { readonly kind: string; readonly id?: string };
  readonly roles: readonly string[];
}

/** Whom somebody acts on. */
export interface Target {
  readonly id: string;
  readonly roles: readonly string[];
  readonly inRoleAssignableGroup: boolean;
}

export interface OutOfReach {
  /** What the caller lacks, as the contract has it. */
  readonly missing: "role" | "target";
  /** A sentence that a page can show beside the greyed-out button. */
  readonly reason: string;
}

/** `null`: within reach. The most privileged role of the target decides: one role of the caller must reach all of them. */
export function judgeReach({ actor, roles }: Acting, target: Target, reaching: Reaching): OutOfReach | null {
  if (actor.kind === "operator" || actor.kind === "system") return null;
  if (actor.kind === "app")
    return target.roles.length === 0 && !target.inRoleAssignableGroup
      ? null
      : { missing: "target", reason: "Applications do not reach holders of an administrator role." };
  if (actor.id === target.id) return { missing: "target", reason: "Nobody does this to themselves: another administrator has to." };
  const able = roles.filter((role): role is ReachingRole =>
    (reaching === "reset" ? REACHING_ROLES : CHANGING_ROLES).includes(role as ReachingRole),
  );
  if (able.length === 0) return { missing: "role", reason: "None of your roles gives this right." };
  return able.some((role) => reaches(role, target)) ? null : { missing: "target", reason: beyond(target) };
}

function reaches(role: ReachingRole, { roles, inRoleAssignableGroup }: Target): boolean {
  return (!inRoleAssignableGroup || REACH_OF_ROLE_ASSIGNABLE.includes(role)) && roles.every((held) => reachOf(held).includes(role));
}

function beyond({ roles, inRoleAssignableGroup }: Target): string {
  const highest = roles.filter((role) => reachOf(role).length === ANYBODY.length);
  if (highest.length > 0 || inRoleAssignableGroup)
    return "Only a Global or Privileged Authentication Administrator may do this to a holder of this role.";
  return "Your role does not reach a holder of this role.";
}

/** 403 for whoever is out of reach. */
export function outOfReach({ missing, reason }: OutOfReach): Problem {
  return new Problem("forbidden", { extensions: { missing: [missing], reason } });
}
