/** One line of `event_day_counts`: how many events of a kind an organisation had on a day. */
export interface DayCount {
  readonly tenantId: string;
  /** UTC, YYYY-MM-DD. */
  readonly day: string;
  readonly type: string;
  readonly outcome: string;
  /** "" where there is none. */
  readonly reason: string;
  /** "" where there is none. */
  readonly method: string;
  readonly count: number;
}

/** What a sealed event says to the counts; as `audit_events` has it. */
export interface CountedEvent {
  readonly id: string;
  readonly at: Date;
  readonly tenant_id: string | null;
  readonly type: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly user_id: string | null;
  readonly flow_id: string | null;
  readonly details: unknown;
}

/** Why a flow leads nowhere, by what its start was for. Nobody's name is no reset of anybody, and is counted apart. */
export const CANNOT_RESET = "cannot-reset";
export const UNKNOWN_NAME = "unknown-name";

/** Words of events are short; what is not a word does not become a line of its own. */
const LONGEST_WORD = 64;

export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** How many events of each kind there are. What belongs to no organisation is in no report. */
export function dayCountsOf(events: readonly CountedEvent[]): DayCount[] {
  const counts = new Map<string, DayCount>();
  for (const event of events) {
    const line = lineOf(event);
    if (line === null) continue;
    const key = JSON.stringify(line);
    counts.set(key, { ...line, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()];
}

function lineOf(event: CountedEvent): Omit<DayCount, "count"> | null {
  const { at, tenant_id, type, outcome } = event;
  if (tenant_id === null) return null;
  const decoy = isDecoy(event);
  // Of somebody who cannot reset nothing is sent and nothing is judged: it says nothing about a method.
  const reason = decoy ? (event.user_id === null ? UNKNOWN_NAME : CANNOT_RESET) : word(event.reason);
  return { tenantId: tenant_id, day: dayOf(at), type, outcome, reason, method: decoy ? "" : methodOf(event) };
}

export function isDecoy({ details }: CountedEvent): boolean {
  return detail(details, "decoy") === true;
}

/** The way or type of method that the event is about, "" for none. */
export function methodOf({ details }: CountedEvent): string {
  return word(detail(details, "method"));
}

function detail(details: unknown, name: string): unknown {
  return typeof details === "object" && details !== null ? (details as Readonly<Record<string, unknown>>)[name] : undefined;
}

function word(value: unknown): string {
  return typeof value === "string" && value.length <= LONGEST_WORD ? value : "";
}
