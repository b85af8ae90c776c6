import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { MINUTE } from "../kit/clock.ts";
import type { ChallengeMethod } from "../methods/method.ts";
import type { Limits } from "../throttle/limits.ts";
import { RESEND_WAIT_MS } from "../throttle/limits.ts";
import type { ResetFlow } from "./reset-flow.ts";

/** Why somebody has to wait, as far as the flow tells. */
const WAITS = ["resend-too-soon", "codes-used-up", "tries-used-up", "way-closed", "busy"] as const;
export type WaitReason = (typeof WAITS)[number];

const exact = { additionalProperties: false } as const;
const plain = <const T extends string>(kind: T) => Type.Object({ kind: Type.Literal(kind) }, exact);
const Codes = Type.Array(Type.String({ pattern: "^[a-z-]{1,40}$" }), { maxItems: 20 });

const NoteSchema = Type.Union([
  plain("way-missing"),
  plain("code-missing"),
  plain("code-rejected"),
  plain("answer-missing"),
  plain("resent"),
  plain("other-reset"),
  plain("passwords-used-up"),
  Type.Object({ kind: Type.Literal("wait"), reason: Type.Unsafe<WaitReason>({ enum: [...WAITS] }), until: Type.Integer() }, exact),
  /** `faults`: of the form; `reasons` and `guidance`: of the judge. */
  Type.Object({ kind: Type.Literal("password"), faults: Codes, reasons: Codes, guidance: Codes }, exact),
]);

/** What one page leaves for the next after a redirect: words of ours, never anything that was typed. */
export type Note = Static<typeof NoteSchema>;

/** Reads a note that came back in a cookie; `null` for whatever is none of ours. */
export function readNote(note: unknown): Note | null {
  return Value.Check(NoteSchema, note) ? note : null;
}

/**
 * Says in the page's words why the engine asked to wait. The engine gives a time only, the same for known and unknown names; the flow
 * of the caller gives the rest.
 * @param waitMs how long the engine asked for
 */
export function waitReason(
  flow: ResetFlow,
  act: { readonly verify: true } | { readonly challenge: ChallengeMethod },
  waitMs: number,
  limits: Limits,
): WaitReason {
  // Only failures of a kind of method rest for longer than anything else here.
  if (waitMs > Math.max(NETWORK_WAIT_MS, flow.expiresAt - flow.openedAt)) return "way-closed";
  if ("verify" in act) return waitMs > RESEND_WAIT_MS ? "way-closed" : "tries-used-up";
  const usedUp = flow.codes >= most(limits.codesOfReset) || flow.challenges >= most(limits.challengesOfReset);
  if (flow.resend[act.challenge] !== undefined && waitMs <= RESEND_WAIT_MS) return "resend-too-soon";
  return usedUp ? "codes-used-up" : "busy";
}

const NETWORK_WAIT_MS = 10 * MINUTE;

function most(limits: readonly { limit: number }[]): number {
  return limits[0]?.limit ?? 0;
}
