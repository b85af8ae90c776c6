import { type Static, Type } from "typebox";
import { timestamp } from "../kit/clock.ts";
import { type Approval, mayDecide, stateAt } from "./approval.ts";

const exact = { additionalProperties: false } as const;
const nullable = <T extends ReturnType<typeof Type.String>>(schema: T) => Type.Union([schema, Type.Null()]);
const Time = Type.String({ format: "date-time" });
const Who = Type.Object({ kind: Type.String(), id: nullable(Type.String()), name: nullable(Type.String()) }, exact);

/** What waits for a second person, or waited, as `GET /v1/approvals` tells it. */
export const ApprovalViewSchema = Type.Object(
  {
    id: Type.String(),
    state: Type.Unsafe<"waiting" | "approved" | "denied" | "expired" | "withdrawn">({
      type: "string",
      enum: ["waiting", "approved", "denied", "expired", "withdrawn"],
    }),
    act: Type.Unsafe<"reset-administrator" | "reset-everyone" | "weaken-policy">({
      type: "string",
      enum: ["reset-administrator", "reset-everyone", "weaken-policy"],
    }),
    target: Type.Union([Type.Object({ id: Type.String(), userPrincipalName: Type.String() }, exact), Type.Null()], {
      description: "Whom a reset is about.",
    }),
    policy: Type.Union(
      [
        Type.Object(
          { which: Type.String(), version: Type.Integer(), patch: Type.Object({}, { additionalProperties: true }) },
          { ...exact, description: "The wish, as it was sent: a merge patch of the policy of that version." },
        ),
        Type.Null(),
      ],
      { description: "Which policy is to be weakened, and how." },
    ),
    requestedBy: Who,
    createdAt: Time,
    expiresAt: Time,
    decidedBy: Type.Union([Who, Type.Null()]),
    decidedAt: nullable(Time),
    carriedOut: Type.Boolean({
      description: "False with `approved` and no failure: it runs just now, or the process that did it has died.",
    }),
    failure: Type.Union([Type.Object({ code: Type.String(), detail: Type.String() }, exact), Type.Null()], {
      description: "The problem that the act itself ended in.",
    }),
    mayDecide: Type.Boolean({ description: "Whether the caller could approve or deny it now." }),
    result: Type.Optional(
      Type.Object(
        {},
        {
          additionalProperties: true,
          description:
            "What the act answered, for whoever asked alone, until it is acknowledged or for 24 hours. May hold a temporary password.",
        },
      ),
    ),
  },
  exact,
);
export type ApprovalView = Static<typeof ApprovalViewSchema>;

export interface Viewer {
  readonly kind: "app" | "user";
  readonly id: string;
  readonly roles: readonly string[];
}

export function isRequester({ requester }: Approval, { kind, id }: Viewer): boolean {
  return requester.kind === kind && requester.id === id;
}

/** For whoever asked, and whoever could decide; others do not learn that there is one. */
export function maySee(approval: Approval, viewer: Viewer): boolean {
  return isRequester(approval, viewer) || (viewer.kind === "user" && mayDecide(approval, viewer));
}

/** Of the act its kind, its target and a policy's change: never its body, in which a password may be sealed. */
export function viewApproval(approval: Approval, viewer: Viewer, now: number): ApprovalView {
  const { id, act, target, requester, createdAt, expiresAt, decidedBy, decidedAt, carriedOutAt, failure } = approval;
  const state = stateAt(approval, now);
  return {
    id,
    state,
    act: act.kind,
    target: target === null ? null : { id: target.id, userPrincipalName: target.userPrincipalName },
    policy: act.kind === "weaken-policy" ? { which: act.which, version: act.version, patch: act.patch } : null,
    requestedBy: { kind: requester.kind, id: requester.id, name: requester.name },
    createdAt: timestamp(createdAt),
    expiresAt: timestamp(expiresAt),
    decidedBy,
    decidedAt: decidedAt === null ? null : timestamp(decidedAt),
    carriedOut: carriedOutAt !== null && failure === null,
    failure,
    mayDecide: state === "waiting" && viewer.kind === "user" && mayDecide(approval, viewer),
  };
}
