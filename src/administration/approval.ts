import { HOUR } from "../kit/clock.ts";
import type { Right } from "../kit/rights.ts";
import { judgeReach, type OutOfReach, type Target } from "../users/reach.ts";
import { rightsOf } from "../users/rights.ts";
import { couldDo, type Question, RIGHT_FOR } from "./approver.ts";
import type { WeightyAct } from "./two-person-rule.ts";

/** So long somebody else may agree (security.md K06); what nobody decided by then is void. */
export const APPROVE_WITHIN_MS = HOUR;
/** So long whoever asked may read what came of it. */
export const RESULT_KEPT_MS = 24 * HOUR;
/** So long it is listed. */
export const LISTED_MS = 7 * 24 * HOUR;
/** So many acts of one caller may wait, or have been taken back, within {@link APPROVE_WITHIN_MS}: each of them writes to people. */
export const WAITING_AT_MOST = 20;

export type ApprovalState = "waiting" | "approved" | "denied" | "expired" | "withdrawn";

/** An application or a person, with what they may do as it is now. */
export interface Requester {
  readonly kind: "app" | "user";
  readonly id: string;
  /** A user principal name, or the name of an application. `null`: gone. */
  readonly name: string | null;
  readonly roles: readonly string[];
  readonly rights: ReadonlySet<Right>;
}

/** An act that waits, or waited, for a second person, with everything that judging it needs, as it is now. */
export interface Approval {
  readonly id: string;
  readonly tenantId: string;
  readonly act: WeightyAct;
  readonly requester: Requester;
  /** Whom a reset is about. */
  readonly target: (Target & { readonly userPrincipalName: string }) | null;
  /** As stored: {@link stateAt} says what holds. */
  readonly state: ApprovalState;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly decidedBy: { readonly kind: string; readonly id: string | null; readonly name: string | null } | null;
  readonly decidedAt: number | null;
  readonly carriedOutAt: number | null;
  readonly failure: { readonly code: string; readonly detail: string } | null;
  readonly sealedResult: Buffer | null;
  readonly resultUntil: number | null;
}

/** Nobody need write down that an hour has passed for it to be over. */
export function stateAt({ state, expiresAt }: Pick<Approval, "state" | "expiresAt">, now: number): ApprovalState {
  return state === "waiting" && now >= expiresAt ? "expired" : state;
}

/** Who could do what is asked for. */
export function questionOf({ act, target, requester }: Pick<Approval, "act" | "target" | "requester">): Question {
  switch (act.kind) {
    case "reset-administrator":
      return { kind: act.kind, target: target ?? { id: act.userId, roles: [], inRoleAssignableGroup: false } };
    case "reset-everyone":
      return { kind: act.kind, requesterRoles: requester.roles };
    case "weaken-policy":
      return { kind: act.kind };
  }
}

/** Neither of them is a second person. */
export function partiesOf({ act, requester }: Pick<Approval, "act" | "requester">): string[] {
  return [...(requester.kind === "user" ? [requester.id] : []), ...(act.kind === "reset-administrator" ? [act.userId] : [])];
}

/** Whether somebody could agree to it, as far as their roles go. */
export function mayDecide(approval: Approval, person: { readonly id: string; readonly roles: readonly string[] }): boolean {
  return !partiesOf(approval).includes(person.id) && couldDo(person, questionOf(approval));
}

/** Whether whoever asked may still do it, with the roles of now. */
export function requesterStillMay({ act, requester, target }: Approval): boolean {
  const acting = { actor: { kind: requester.kind, id: requester.id }, roles: requester.roles };
  if (requester.name === null || !requester.rights.has(RIGHT_FOR[act.kind])) return false;
  return act.kind !== "reset-administrator" || (target !== null && judgeReach(acting, target, "reset") === null);
}

export type DecisionRefused =
  | { readonly outcome: "forbidden"; readonly beyond: OutOfReach }
  | { readonly outcome: "over"; readonly state: ApprovalState };

/** `null`: this person may decide it now. */
export function refuseDecision(
  approval: Approval,
  caller: { readonly id: string; readonly roles: readonly string[] },
  now: number,
): DecisionRefused | null {
  const forbidden = (missing: OutOfReach["missing"], reason: string): DecisionRefused => ({
    outcome: "forbidden",
    beyond: { missing, reason },
  });
  if (partiesOf(approval).includes(caller.id))
    return forbidden("target", "A second person has to decide this: neither who asked for it nor whom it is about.");
  if (!rightsOf(caller.roles).has(RIGHT_FOR[approval.act.kind])) return forbidden("role", "None of your roles gives this right.");
  if (!mayDecide(approval, caller)) return forbidden("target", "Who decides this has to reach everybody whom it reaches.");
  const state = stateAt(approval, now);
  return state === "waiting" ? null : { outcome: "over", state };
}
