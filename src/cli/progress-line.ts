import { grouped } from "./printable.ts";

/** How far an import is. `total` is null where nobody knows the size, as of standard input. Sizes in bytes. */
export interface ImportState {
  readonly name: string;
  readonly sent: number;
  readonly total: number | null;
  /** Everything is sent, and the service has not answered yet. */
  readonly waiting: boolean;
  /** Rows that the service says are done, once it says anything. */
  readonly rows: number | null;
  readonly seconds: number;
}

const LONGEST_BAR = 30;
const SHORTEST_BAR = 8;
const GAP = "  ";

/** "people.csv: 1.3 of 2.5 MB sent (52 %)": a line for a log. */
export function progressSentence(state: ImportState): string {
  const part = partOf(state);
  return `${state.name}: ${wordsOf(state)}${part === null || state.waiting ? "" : ` (${percent(part)})`}`;
}

/** "people.csv  ████████░░░░░░░░   52 %  1.3 of 2.5 MB sent  0:07": the line of a terminal, no wider than `width` cells. */
export function progressBar(state: ImportState, width: number): string {
  const part = partOf(state);
  const figure = part === null || state.waiting ? "" : percent(part).padStart(5);
  const words = joined([figure, wordsOf(state), elapsed(state.seconds)]);
  const room = Math.min(LONGEST_BAR, width - 1 - state.name.length - words.length - 2 * GAP.length);
  const bar = part === null || room < SHORTEST_BAR ? "" : drawn(part, room);
  return joined([state.name, bar, words]).slice(0, Math.max(0, width - 1));
}

/** How far a job is, of which each piece is counted. */
export interface CountedState {
  readonly name: string;
  readonly done: number;
  readonly total: number;
  readonly seconds: number;
}

/** "Resetting: 120 of 1,000 people (12 %)": a line for a log. */
export function countedSentence({ name, done, total }: CountedState): string {
  return `${name}: ${grouped(done)} of ${grouped(total)} (${percent(shareOf(done, total))})`;
}

/** "Resetting  ███░░░░░   12 %  120 of 1,000  0:07": the line of a terminal, no wider than `width` cells. */
export function countedBar({ name, done, total, seconds }: CountedState, width: number): string {
  const part = shareOf(done, total);
  const words = joined([percent(part).padStart(5), `${grouped(done)} of ${grouped(total)}`, elapsed(seconds)]);
  const room = Math.min(LONGEST_BAR, width - 1 - name.length - words.length - 2 * GAP.length);
  return joined([name, room < SHORTEST_BAR ? "" : drawn(part, room), words]).slice(0, Math.max(0, width - 1));
}

function shareOf(done: number, total: number): number {
  return total === 0 ? 1 : Math.min(1, done / total);
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(GAP);
}

/** From 0 to 1; null where the size is unknown. */
function partOf({ sent, total }: ImportState): number | null {
  if (total === null) return null;
  return total === 0 ? 1 : Math.min(1, sent / total);
}

function percent(part: number): string {
  return `${Math.floor(part * 100)} %`;
}

function drawn(part: number, cells: number): string {
  const full = Math.floor(part * cells);
  return "█".repeat(full) + "░".repeat(cells - full);
}

function wordsOf({ sent, total, waiting, rows }: ImportState): string {
  if (rows !== null) return `${grouped(rows)} rows done`;
  if (waiting) return `${size(sent)} sent, the rows are being written`;
  return total === null ? `${size(sent)} sent` : `${size(sent)} of ${size(total)} sent`;
}

/** Decimal units, as file managers show them. */
export function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const [amount, unit] = bytes < 1_000_000 ? [bytes / 1_000, "kB"] : bytes < 1e9 ? [bytes / 1e6, "MB"] : [bytes / 1e9, "GB"];
  return `${amount.toFixed(amount < 100 ? 1 : 0)} ${unit}`;
}

function elapsed(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
