import { CANNOT_RESET, UNKNOWN_NAME } from "./day-counts.ts";
import { type Days, eachDay } from "./report-days.ts";

/** Resets, by what came of them. Each that was started becomes one of the others, or is still running. */
export interface ResetFigures {
  /** For people of the organisation, whether they could reset or not. */
  readonly started: number;
  readonly completed: number;
  readonly unlocked: number;
  readonly cancelled: number;
  /** Stopped by a limit, and not gone on with. */
  readonly blocked: number;
  /** For somebody who cannot reset. */
  readonly failed: number;
  /** Left: nothing more came until its time was over. */
  readonly abandoned: number;
  /** Starts for names that nobody has: nobody's reset, and not among those started. */
  readonly unknownNames: number;
}

export interface MethodUse {
  readonly method: string;
  readonly asked: number;
  readonly passed: number;
  readonly failed: number;
}

export interface OutcomeCount {
  readonly outcome: Exclude<keyof ResetFigures, "started" | "unknownNames">;
  readonly reason: string | null;
  /** The way that it stopped at, where that says something. */
  readonly method: string | null;
  readonly count: number;
}

export interface ResetReport {
  readonly from: string;
  readonly to: string;
  readonly totals: ResetFigures;
  readonly days: ({ readonly day: string } & ResetFigures)[];
  readonly byMethod: MethodUse[];
  readonly byOutcome: OutcomeCount[];
  /** Passwords that administrators and applications have reset for people. */
  readonly administratorResets: number;
  /** People for whom help was asked on the page, whatever became of a reset before it. */
  readonly helpRequests: number;
}

/** Counts of one kind on one day. */
export interface CountedLine {
  readonly day: string;
  readonly type: string;
  readonly outcome: string;
  readonly reason: string;
  readonly method: string;
  readonly count: number;
}

/** How `close-flows.pg.ts` counts a reset that did not end by itself. */
export const LEFT = "reset.left";
const BY_ADMINISTRATOR = "password.reset-by-administrator";
const HELP = "help-request.open";

/** The types of events that the report is made of. */
export const REPORTED: readonly string[] = [
  "reset.start",
  "reset.challenge",
  "reset.proof",
  "reset.complete",
  "reset.unlock",
  "reset.cancel",
  LEFT,
  BY_ADMINISTRATOR,
  HELP,
];

const NONE: ResetFigures = {
  ...{ started: 0, completed: 0, unlocked: 0, cancelled: 0 },
  ...{ blocked: 0, failed: 0, abandoned: 0, unknownNames: 0 },
};

export function resetReport(days: Days, lines: readonly CountedLine[]): ResetReport {
  const byDay = new Map(eachDay(days).map((day) => [day, { ...NONE } as Record<keyof ResetFigures, number>]));
  const totals: Record<keyof ResetFigures, number> = { ...NONE };
  for (const line of lines)
    for (const figure of figuresOf(line)) {
      totals[figure] += line.count;
      const day = byDay.get(line.day);
      if (day !== undefined) day[figure] += line.count;
    }
  return {
    ...days,
    totals,
    days: [...byDay].map(([day, figures]) => ({ day, ...figures })),
    byMethod: methodsOf(lines),
    byOutcome: outcomesOf(lines),
    administratorResets: successesOf(BY_ADMINISTRATOR, lines),
    helpRequests: successesOf(HELP, lines),
  };
}

/** Which figures of a day a line adds to. */
function figuresOf(line: CountedLine): (keyof ResetFigures)[] {
  if (line.type === "reset.start" && line.reason === UNKNOWN_NAME) return ["unknownNames"];
  const ended = endOf(line);
  if (line.type === "reset.start") return ended === null ? ["started"] : ["started", ended];
  return ended === null ? [] : [ended];
}

function endOf({ type, outcome, reason }: CountedLine): OutcomeCount["outcome"] | null {
  if (type === "reset.start") return reason === CANNOT_RESET ? "failed" : null;
  if (type === LEFT) return outcome === "blocked" ? "blocked" : "abandoned";
  // Whoever cannot reset, and nobody, may cancel too: they were counted at the start.
  if (outcome !== "success" || reason !== "") return null;
  if (type === "reset.complete") return "completed";
  if (type === "reset.unlock") return "unlocked";
  return type === "reset.cancel" ? "cancelled" : null;
}

function methodsOf(lines: readonly CountedLine[]): MethodUse[] {
  const used = new Map<string, { asked: number; passed: number; failed: number }>();
  for (const { type, outcome, method, count } of lines) {
    if (method === "" || (type !== "reset.challenge" && type !== "reset.proof")) continue;
    const use = used.get(method) ?? { asked: 0, passed: 0, failed: 0 };
    used.set(method, use);
    if (type === "reset.challenge") use.asked += outcome === "success" ? count : 0;
    else use[outcome === "success" ? "passed" : "failed"] += count;
  }
  return [...used].map(([method, use]) => ({ method, ...use })).sort((a, b) => b.asked - a.asked || (a.method < b.method ? -1 : 1));
}

function outcomesOf(lines: readonly CountedLine[]): OutcomeCount[] {
  const counts = new Map<string, OutcomeCount>();
  for (const line of lines) {
    const outcome = endOf(line);
    if (outcome === null) continue;
    const kind = { outcome, reason: line.reason || null, method: line.type === LEFT ? line.method || null : null };
    const key = JSON.stringify(kind);
    counts.set(key, { ...kind, count: (counts.get(key)?.count ?? 0) + line.count });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || (a.outcome < b.outcome ? -1 : 1));
}

function successesOf(wanted: string, lines: readonly CountedLine[]): number {
  return lines.reduce((sum, { type, outcome, count }) => (type === wanted && outcome === "success" ? sum + count : sum), 0);
}
