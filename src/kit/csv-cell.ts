/** Control characters, and those with which text is shown in another order than it is written. */
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]/gu;
/** With these a spreadsheet takes a cell for a formula, and runs it. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;

/** RFC 4180 on one line, and an apostrophe before what would be a formula (OWASP, CSV injection). */
export function csvCell(text: string): string {
  const shown = text.replaceAll(UNSAFE, "\ufffd");
  const safe = FORMULA.test(shown) ? `'${shown}` : shown;
  return /[",;]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line of a CSV file, with its end. `null` is an empty cell. */
export function csvLine(cells: readonly (string | null)[]): string {
  return `${cells.map((cell) => csvCell(cell ?? "")).join(",")}\r\n`;
}

/** JSON on one line, whatever the reader takes for the end of a line, and fit for a terminal. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replaceAll(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
