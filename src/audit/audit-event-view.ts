import { Type } from "typebox";

const exact = { additionalProperties: false } as const;

/** What happened, as it is shown to administrators. */
export interface AuditEventView {
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly outcome: string;
  readonly reason?: string;
  readonly actor: { readonly kind: string; readonly id?: string; readonly name?: string };
  readonly user?: { readonly id: string; readonly userPrincipalName?: string };
  readonly flowId?: string;
  readonly supportCode?: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export const AuditEventSchema = Type.Object(
  {
    id: Type.String(),
    at: Type.String({ format: "date-time", description: "RFC 3339, UTC" }),
    type: Type.String({ description: "A stable word, explained in docs/audit.md" }),
    outcome: Type.String({ description: "`success`, `failure` or `blocked`" }),
    reason: Type.Optional(Type.String()),
    actor: Type.Object(
      {
        kind: Type.String({ description: "`anonymous`, `user`, `app`, `operator` or `system`" }),
        id: Type.Optional(Type.String()),
        name: Type.Optional(Type.String({ description: "Of a person, or an application, that is still there" })),
      },
      exact,
    ),
    user: Type.Optional(
      Type.Object(
        { id: Type.String(), userPrincipalName: Type.Optional(Type.String()) },
        { ...exact, description: "Whom it is about; the name while the person is there" },
      ),
    ),
    flowId: Type.Optional(Type.String()),
    supportCode: Type.Optional(Type.String()),
    details: Type.Record(Type.String(), Type.Unknown()),
  },
  exact,
);

/** The columns of the CSV, each with what stands in it. */
export const CSV_COLUMNS: Readonly<Record<string, (event: AuditEventView) => string | undefined>> = {
  id: ({ id }) => id,
  at: ({ at }) => at,
  type: ({ type }) => type,
  outcome: ({ outcome }) => outcome,
  reason: ({ reason }) => reason,
  actorKind: ({ actor }) => actor.kind,
  actorId: ({ actor }) => actor.id,
  actorName: ({ actor }) => actor.name,
  userId: ({ user }) => user?.id,
  userPrincipalName: ({ user }) => user?.userPrincipalName,
  flowId: ({ flowId }) => flowId,
  supportCode: ({ supportCode }) => supportCode,
  details: ({ details }) => JSON.stringify(details),
};
