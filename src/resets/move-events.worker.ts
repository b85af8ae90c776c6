import type { AuditEvent } from "../audit/audit-event.ts";
import type { StepEvent } from "./reset-flow.ts";
import type { ResetStore } from "./reset-store.ts";

/** What the batch says about consecutive failures per method, to be kept for ever (NIST SP 800-63B-4 §3.2.2). */
export interface MethodOutcome {
  readonly methodId: string;
  readonly passed: boolean;
}

/**
 * Writes events once each, and the outcomes of those that were new, in one transaction. False: another process is writing, and nothing was
 * done; what it leaves comes again.
 */
export type RecordSteps = (events: readonly AuditEvent[], outcomes: ReadonlyMap<string, MethodOutcome>) => Promise<boolean>;

const BATCH = 200;

/**
 * Moves the recorded steps from the state store into PostgreSQL. At least once: an event is forgotten there only after it is written
 * here, and one that comes twice is written once. Answers how many were moved.
 */
export function createMoveEvents({ store, record }: { store: ResetStore; record: RecordSteps }): () => Promise<number> {
  return async () => {
    const batch = await store.events(BATCH);
    if (batch.length === 0) return 0;
    const recorded = await record(
      batch.map(({ event }) => auditEvent(event)),
      new Map(batch.flatMap(({ event }) => outcomeOf(event))),
    );
    if (!recorded) return 0;
    await store.forget(batch.map(({ receipt }) => receipt));
    return batch.length;
  };
}

function auditEvent(event: StepEvent): AuditEvent {
  const { id, at, type, outcome, flowId, supportCode, tenantId, userId, reason, decoy, method, methodId } = event;
  return {
    id,
    at,
    type,
    outcome,
    tenantId: tenantId ?? null,
    actor: { kind: "anonymous" },
    flowId,
    supportCode,
    ...(userId === undefined ? {} : { userId }),
    ...(reason === undefined ? {} : { reason }),
    details: { decoy, ...(method === undefined ? {} : { method }), ...(methodId === undefined ? {} : { methodId }) },
  };
}

function outcomeOf({ id, type, outcome, methodId }: StepEvent): [string, MethodOutcome][] {
  // Only a judged code says something about a method: a throttled call, and any in a decoy, names none.
  if (type !== "reset.proof" || methodId === undefined) return [];
  return [[id, { methodId, passed: outcome === "success" }]];
}
