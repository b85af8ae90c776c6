/** What happened, for the record. No code, no password; contact data masked at most (security.md S01, S03). */
export interface AuditEvent {
  readonly id: string;
  readonly at: number;
  readonly tenantId: string | null;
  /** A stable word, explained in docs/audit.md. */
  readonly type: string;
  readonly outcome: "success" | "failure" | "blocked";
  readonly reason?: string;
  readonly actor: Actor;
  /** Whom it is about. */
  readonly userId?: string;
  readonly flowId?: string;
  readonly supportCode?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export type Actor =
  | { readonly kind: "anonymous" }
  | { readonly kind: "user"; readonly id: string }
  | { readonly kind: "app"; readonly id: string }
  | { readonly kind: "operator" }
  | { readonly kind: "system" };
