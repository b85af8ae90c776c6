import type { Latency } from "./figures.ts";
import { type MixedLatencies, PEOPLE_PER_SECOND, STARTS_PER_SECOND } from "./latencies.ts";
import { STEPS, type StepFigures, type StepName } from "./steps.ts";
import type { WholeResets } from "./whole-resets.ts";

export interface Memory {
  readonly idle: number;
  readonly loaded: number;
}

/** All figures of one run: times in milliseconds, memory in megabytes (10^6 bytes). */
export interface Results {
  readonly at: string;
  readonly commit: string;
  readonly seconds: number;
  readonly versions: Readonly<Record<"node" | "fastify" | "postgresql" | "redis", string>>;
  readonly machine: { readonly processors: number; readonly model: string; readonly memoryGb: number };
  readonly wholeResets: WholeResets;
  readonly steps: Readonly<Record<StepName, StepFigures>>;
  readonly memory: Readonly<Record<"server" | "worker", Memory>>;
  readonly latencies: MixedLatencies;
  readonly startWhileHashing: { readonly idle: Latency; readonly busy: Latency };
}

export interface Aim {
  readonly aim: string;
  readonly figure: string;
  readonly met: boolean;
}

const percent = (ratio: number) => `${Math.round(ratio * 100)} %`;
const whole = (value: number) => value.toFixed(0);
const tenth = (value: number) => value.toFixed(1);

/** What the project aims at (docs/performance.md). */
export function aimsOf({ wholeResets, steps, memory, startWhileHashing: { idle, busy } }: Results): Aim[] {
  return [
    { aim: "whole resets ≥ 85 % of the argon2 rate", figure: percent(wholeResets.ratio), met: wholeResets.ratio >= 0.85 },
    ...STEPS.map((step) => ({
      aim: `${step} ≥ 50 % of its bare route`,
      figure: percent(steps[step].ratio),
      met: steps[step].ratio >= 0.5,
    })),
    { aim: "memory idle < 180 MB, server", figure: `${whole(memory.server.idle)} MB`, met: memory.server.idle < 180 },
    { aim: "memory idle < 180 MB, worker", figure: `${whole(memory.worker.idle)} MB`, met: memory.worker.idle < 180 },
    {
      aim: "p99 of start while all slots hash ≤ 3 × idle",
      figure: `${tenth(busy.p99)} ms, ${tenth(busy.p99 / idle.p99)} × ${tenth(idle.p99)} ms`,
      met: busy.p99 <= 3 * idle.p99,
    },
  ];
}

/** The figures as Markdown, which reads well in a terminal too. */
export function tablesOf(results: Results): string {
  const { wholeResets, steps, memory, latencies, startWhileHashing } = results;
  const { milliseconds: parts } = wholeResets;
  const latency = (name: string, { calls, p50, p95, p99 }: Latency) => [name, whole(calls), tenth(p50), tenth(p95), tenth(p99)];
  return [
    table(
      ["aim", "this run", "met"],
      aimsOf(results).map(({ aim, figure, met }) => [aim, figure, met ? "yes" : "no"]),
    ),
    table(
      ["whole resets/s", "argon2/s", "argon2 in a reset", "of the argon2 rate"],
      [[tenth(wholeResets.perSecond), tenth(wholeResets.argon2PerSecond), whole(wholeResets.argon2PerReset), percent(wholeResets.ratio)]],
    ),
    table(["processor ms of a whole reset", ...Object.keys(parts)], [["", ...Object.values(parts).map(tenth)]]),
    table(
      ["step", "calls/s", "bare route, calls/s", "ratio", "processor µs of a call", "bare route, µs"],
      STEPS.map((step) => {
        const { callsPerSecond, bareCallsPerSecond, ratio, microseconds, bareMicroseconds } = steps[step];
        return [step, whole(callsPerSecond), whole(bareCallsPerSecond), percent(ratio), whole(microseconds), whole(bareMicroseconds)];
      }),
    ),
    table(
      ["memory, MB", "idle", "loaded"],
      Object.entries(memory).map(([name, { idle, loaded }]) => [name, whole(idle), whole(loaded)]),
    ),
    table(
      ["latency, ms", "calls", "p50", "p95", "p99"],
      [
        ...Object.entries(latencies).map(([step, figures]) => latency(`${step}, ${PEOPLE_PER_SECOND} people/s`, figures)),
        latency(`start, ${STARTS_PER_SECOND}/s, nobody hashes`, startWhileHashing.idle),
        latency(`start, ${STARTS_PER_SECOND}/s, all slots hash`, startWhileHashing.busy),
      ],
    ),
  ].join("\n\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length), title.length));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...rows.map(line)].join("\n");
}
