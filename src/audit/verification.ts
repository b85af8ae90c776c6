import { constantTimeEqual } from "../kit/seal.ts";
import { hashOf, leafOf, placeOf, type Seal, type StoredEvent } from "./sealed-event.ts";

/** A seal as it was read, with what is beside the sealed fields. */
export interface StoredSeal extends Seal {
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly hash: Buffer;
}

export const PROBLEM_KINDS = [
  "event-changed",
  "event-missing",
  "event-added",
  "seal-changed",
  "seal-missing",
  "seal-unlinked",
  "head-missing",
] as const;

/** One thing that is not as it was sealed. */
export interface AuditProblem {
  readonly kind: (typeof PROBLEM_KINDS)[number];
  readonly eventId?: string;
  /** The number of the seal. */
  readonly batch?: number;
  readonly detail: string;
}

export interface Head {
  readonly number: number;
  /** Hexadecimal. */
  readonly hash: string;
}

export interface Verification {
  readonly ok: boolean;
  /** Sealed events that were looked at. */
  readonly events: number;
  readonly batches: number;
  /** Events that wait for their seal. */
  readonly unsealed: number;
  readonly head: Head | null;
  readonly problems: readonly AuditProblem[];
}

/** The problems of a seal itself. @param before the seal with the number before it; absent where that is missing or was not asked for */
export function problemsOfSeal(seal: StoredSeal, before: Buffer | undefined, key: Buffer | undefined): AuditProblem[] {
  const batch = seal.number;
  if (key === undefined) return [{ kind: "seal-changed", batch, detail: "The keyring has no key by the name that stands in the seal." }];
  const problems: AuditProblem[] = [];
  if (!same(hashOf(key, seal), seal.hash) || !boundsFit(seal))
    problems.push({ kind: "seal-changed", batch, detail: "The seal is not as it was made." });
  if (before !== undefined && !same(before, seal.previousHash))
    problems.push({ kind: "seal-unlinked", batch, detail: "The seal does not follow the one with the number before it." });
  return problems;
}

/** Not sealed, since they follow from the times; but whoever looks for events trusts them. */
function boundsFit({ ats, firstAt, lastAt, ids, leaves }: StoredSeal): boolean {
  const times = ats.map((at) => at.getTime());
  const fits = firstAt.getTime() === Math.min(...times) && lastAt.getTime() === Math.max(...times);
  return fits && ids.length === ats.length && ids.length === leaves.length;
}

/** What became of an event that is not where its seal says. */
export interface Whereabouts {
  /** Ids that are in the table under another time. */
  readonly elsewhere: ReadonlySet<string>;
  readonly retired: (at: Date) => boolean;
}

/** The problems of the events in a seal. @param events what was found, by {@link placeOf} */
export function problemsOfEvents(
  seal: StoredSeal,
  key: Buffer | undefined,
  events: ReadonlyMap<string, StoredEvent>,
  { elsewhere, retired }: Whereabouts,
): AuditProblem[] {
  if (key === undefined) return [];
  return seal.ids.flatMap((id, place): AuditProblem[] => {
    const at = seal.ats[place] ?? new Date(0);
    const leaf = seal.leaves[place] ?? Buffer.alloc(0);
    const event = events.get(placeOf({ id, at }));
    const where = { eventId: id, batch: seal.number };
    if (event !== undefined && same(leafOf(key, event), leaf)) return [];
    if (event !== undefined && leaf.length > 0) return [{ kind: "event-changed", ...where, detail: "The event is not as it was sealed." }];
    if (elsewhere.has(id)) return [{ kind: "event-changed", ...where, detail: "The event has another time than it was sealed with." }];
    if (event === undefined && retired(at)) return [];
    if (leaf.length === 0) return [{ kind: "event-missing", ...where, detail: "The event was gone before it could be sealed." }];
    return [{ kind: "event-missing", ...where, detail: "The event was sealed, and is gone." }];
  });
}

/** Numbers between two seals that should follow each other, at most `most`. */
export function problemsBetween(last: number, next: number, most: number): AuditProblem[] {
  const gap = Math.min(next - last - 1, most);
  return Array.from({ length: Math.max(0, gap) }, (_, place) => ({
    kind: "seal-missing",
    batch: last + 1 + place,
    detail: "The seal is gone.",
  }));
}

function same(one: Buffer, other: Buffer): boolean {
  return constantTimeEqual(one.toString("hex"), other.toString("hex"));
}
