import type { AuditEvent } from "../audit/audit-event.ts";
import { timestamp } from "../kit/clock.ts";
import { sha256 } from "../kit/seal.ts";
import type { Job } from "../messages/message-queue.ts";
import { kindOf } from "../methods/method.ts";
import type { StepEvent } from "./reset-flow.ts";
import type { ResetStore } from "./reset-store.ts";

/** What the batch says about consecutive failures per method, to be kept for ever (NIST SP 800-63B-4 §3.2.2). */
export interface MethodOutcome {
  readonly methodId: string;
  readonly passed: boolean;
}

/** A kind of method of a person that rests. Its event has one id however many steps tell of it, so that it is written, and told, once. */
export interface Pause {
  readonly event: AuditEvent;
  readonly notice: Job;
}

/**
 * Writes events once each, the outcomes of those that were new, and the notices of pauses that were, in one transaction. False: another process is writing, and nothing was
 * done; what it leaves comes again.
 */
export type RecordSteps = (
  events: readonly AuditEvent[],
  outcomes: ReadonlyMap<string, MethodOutcome>,
  pauses: ReadonlyMap<string, Pause>,
) => Promise<boolean>;

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
      // Of several in one batch the first stays: the code that was too much, not somebody who was turned away after it.
      new Map(batch.toReversed().flatMap(({ event }) => pauseOf(event))),
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
    actor: isAnonymous(event) || userId === undefined ? { kind: "anonymous" } : { kind: "user", id: userId },
    flowId,
    supportCode,
    ...(userId === undefined ? {} : { userId }),
    ...(reason === undefined ? {} : { reason }),
    details: { decoy, ...(method === undefined ? {} : { method }), ...(methodId === undefined ? {} : { methodId }) },
  };
}

/** In a second step and a fresh proof somebody acts who gave the right password: it says nothing about what strangers try. */
function isAnonymous({ type }: StepEvent): boolean {
  return type.startsWith("reset.");
}

function outcomeOf({ id, type, outcome, methodId }: StepEvent): [string, MethodOutcome][] {
  // Only a judged code says something about a method: a throttled call, and any in a decoy, names none.
  if (type !== "reset.proof" || methodId === undefined) return [];
  return [[id, { methodId, passed: outcome === "success" }]];
}

/** Of somebody who could have reset: for all others every code is wrong, and nothing of theirs rests. */
function pauseOf(step: StepEvent): [string, Pause][] {
  const { at, tenantId, userId, decoy, flowId, supportCode, method, pausedUntil } = step;
  if (!isAnonymous(step) || pausedUntil === undefined || method === undefined || userId === undefined || decoy) return [];
  const id = sha256(`pause ${userId} ${kindOf(method)} ${pausedUntil}`).slice(0, 22);
  const event: AuditEvent = {
    ...{ id, at, type: "reset.pause", outcome: "blocked", reason: "too-many-wrong-proofs", tenantId: tenantId ?? null },
    ...{ actor: { kind: "system" }, userId, flowId, supportCode },
    details: { kind: kindOf(method), until: timestamp(pausedUntil) },
  };
  return [[id, { event, notice: { task: "send-pause-notice", userId, flowId, supportCode, method, at, pausedUntil } }]];
}
