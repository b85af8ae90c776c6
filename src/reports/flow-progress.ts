import { type CountedEvent, isDecoy, methodOf } from "./day-counts.ts";

/**
 * How far one reset got. Its parts come by several ways and in no order (steps through the state store, ends in their own transaction), so
 * everything here can be added up in any order.
 */
export interface FlowProgress {
  readonly flowId: string;
  readonly tenantId: string;
  readonly userId: string | null;
  /** Of its first event. */
  readonly firstAt: Date;
  readonly started: boolean;
  /** Completed, cancelled or unlocked: counted when that happened. */
  readonly ended: boolean;
  /** Why it could not go on, "" where nothing was blocked. */
  readonly blocked: string;
  readonly proofs: number;
  readonly passwordsRejected: number;
  /** The way asked for last, and when. */
  readonly askedMethod: string;
  readonly askedAt: Date | null;
  /** The way that was proved last. */
  readonly provedMethod: string;
}

/** What came of a reset that did not end by itself, in the words of the report. */
export interface FlowEnd {
  readonly outcome: "abandoned" | "blocked";
  readonly reason: string;
  readonly method: string;
}

const ENDS: readonly string[] = ["reset.complete", "reset.unlock", "reset.cancel"];
const STEPS: readonly string[] = ["reset.start", "reset.challenge", "reset.proof", "reset.password", ...ENDS];
/** A password sent too early is refused and nothing else: the reset goes on. */
const NO_BLOCK = "gates-not-passed";

/** The progress that a batch of events tells of, flow by flow. Flows of those who cannot reset are counted at their start, and are not followed. */
export function progressOf(events: readonly CountedEvent[]): FlowProgress[] {
  const flows = new Map<string, FlowProgress>();
  for (const event of events) {
    const step = stepOf(event);
    if (step === null) continue;
    const before = flows.get(step.flowId);
    flows.set(step.flowId, before === undefined ? step : together(before, step));
  }
  return [...flows.values()];
}

function stepOf(event: CountedEvent): FlowProgress | null {
  const { at, tenant_id, type, outcome, reason, user_id, flow_id } = event;
  if (flow_id === null || tenant_id === null || !STEPS.includes(type) || isDecoy(event)) return null;
  const asked = type === "reset.challenge" && outcome === "success";
  const proved = type === "reset.proof" && outcome === "success";
  const method = methodOf(event);
  return {
    flowId: flow_id,
    tenantId: tenant_id,
    userId: user_id,
    firstAt: at,
    started: type === "reset.start",
    ended: ENDS.includes(type) && outcome === "success",
    blocked: outcome === "blocked" && reason !== null && reason !== NO_BLOCK ? reason : "",
    proofs: proved ? 1 : 0,
    passwordsRejected: type === "reset.password" && outcome === "failure" ? 1 : 0,
    askedMethod: asked ? method : "",
    askedAt: asked ? at : null,
    provedMethod: proved ? method : "",
  };
}

/** As `count-events.pg.ts` merges a batch with what is stored. */
function together(before: FlowProgress, step: FlowProgress): FlowProgress {
  const later = step.askedAt !== null && (before.askedAt === null || step.askedAt >= before.askedAt) ? step : before;
  return {
    ...before,
    userId: before.userId ?? step.userId,
    firstAt: step.firstAt < before.firstAt ? step.firstAt : before.firstAt,
    started: before.started || step.started,
    ended: before.ended || step.ended,
    blocked: step.blocked || before.blocked,
    proofs: before.proofs + step.proofs,
    passwordsRejected: before.passwordsRejected + step.passwordsRejected,
    askedMethod: later.askedMethod,
    askedAt: later.askedAt,
    provedMethod: step.provedMethod || before.provedMethod,
  };
}

/**
 * What came of a reset whose time is over, or `null` where that was counted already, or it never began.
 * @param gatesRequired of the person, as the policy stands now: how many were asked for then is not on the record
 */
export function endOf(flow: FlowProgress, gatesRequired: number): FlowEnd | null {
  if (flow.ended || !flow.started) return null;
  const proved = flow.proofs >= gatesRequired;
  if (flow.blocked === "too-many-passwords" || (flow.blocked !== "" && !proved))
    return { outcome: "blocked", reason: flow.blocked, method: flow.askedMethod };
  const left = (reason: string, method = ""): FlowEnd => ({ outcome: "abandoned", reason, method });
  if (flow.passwordsRejected > 0) return left("while-choosing-a-password");
  if (proved) return left("before-the-password", flow.provedMethod);
  if (flow.proofs > 0) return left("after-the-first-proof", flow.provedMethod);
  return flow.askedAt === null ? left("after-the-start") : left("after-asking", flow.askedMethod);
}
