import type { Replaced, ResetFlow } from "./reset-flow.ts";
import type { RetractStep } from "./reset-store.ts";

/** Keeps what a new challenge is about to replace, and what that had replaced: as many as a reset may have challenges. */
export function remember(flow: ResetFlow, resend: Replaced["resend"]): void {
  const { challenge, replaced } = flow;
  flow.replaced = {
    ...(challenge === undefined ? {} : { challenge }),
    ...(resend === undefined ? {} : { resend }),
    ...(replaced === undefined ? {} : { replaced }),
  };
}

/**
 * Takes back a challenge that was refused elsewhere: what it replaced is pending again, with the tries that were made meanwhile. Of two at the
 * same time the earlier one may be taken back while the later is pending; then what it replaced comes next, should the later go too.
 */
export function retract({ flow }: { flow: ResetFlow | undefined }, step: RetractStep): boolean {
  const place = [flow, flow?.replaced].find((each) => each?.challenge?.id === step.challengeId);
  if (flow === undefined || place?.challenge === undefined) return false;
  const { method, tries } = place.challenge;
  const { challenge: before, resend, replaced } = place.replaced ?? {};
  put(place, "challenge", before === undefined ? undefined : { ...before, tries: before.tries + tries });
  put(place, "replaced", replaced);
  // The wait for the method is the later challenge's, if that is by the same one.
  if (place !== flow && flow.challenge?.method === method) put(flow.replaced ?? {}, "resend", resend);
  else put(flow.resend, method, resend);
  flow.codes -= step.sent ? 1 : 0;
  flow.challenges -= 1;
  return true;
}

/** Absent means absent: see `ResetFlow`. */
function put<Key extends string, Value>(place: { [key in Key]?: Value }, key: Key, value: Value | undefined): void {
  if (value === undefined) delete place[key];
  else place[key] = value;
}
