import { CsvError, type CsvErrorCode, parse } from "csv-parse/sync";
import type { TextLine } from "./import-lines.ts";
import { type RowProblem, rowProblem } from "./import-problems.ts";

/** One record with the line on which it starts; or the line on which no record could be read. */
export type CsvRecord = { readonly line: number; readonly cells: string[] } | { readonly line: number; readonly problem: RowProblem };

/** A quoted cell may hold line breaks, but a record that goes on longer than this is a quotation mark that was not closed. */
const MOST_LINES = 20;
const LONGEST_RECORD = 256 * 1024;

/** A queue of lines into which what was read too far goes back. */
export class LineQueue {
  readonly #source: AsyncIterator<TextLine>;
  #returned: TextLine[] = [];

  constructor(source: AsyncIterable<TextLine>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async next(): Promise<TextLine | undefined> {
    const returned = this.#returned.shift();
    if (returned !== undefined) return returned;
    const { done, value } = await this.#source.next();
    return done === true ? undefined : value;
  }

  /** In the order of the file. */
  giveBack(lines: readonly TextLine[]): void {
    this.#returned = [...lines, ...this.#returned];
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }
}

/**
 * The records of a CSV file after its header. csv-parse reads each one; what is ours is the recovery: a record that it cannot read,
 * or that runs over several lines and then has the wrong number of columns, costs its first line only, and reading goes on
 * with the next. So a forgotten quotation mark loses one row and never swallows the file.
 */
export async function* readRecords(lines: LineQueue, delimiter: string, columns: number): AsyncGenerator<CsvRecord> {
  for (let first = await lines.next(); first !== undefined; first = await lines.next()) {
    if (first.fault !== undefined) yield { line: first.number, problem: rowProblem("line", first.fault) };
    else if (first.text.includes("\0")) yield { line: first.number, problem: rowProblem("line", "control-character") };
    // Spreadsheets leave rows of delimiters behind the data.
    else if (first.text.replaceAll(delimiter, "").trim() !== "") yield await readRecord(first, lines, delimiter, columns);
  }
}

async function readRecord(first: TextLine & { text: string }, lines: LineQueue, delimiter: string, columns: number): Promise<CsvRecord> {
  const taken: TextLine[] = [first];
  let text = first.text;
  for (;;) {
    const cells = cellsOf(text, delimiter);
    if (Array.isArray(cells) && hasColumns(cells, columns)) return { line: first.number, cells: cells.slice(0, columns) };
    const more = cells === "unclosed-quote" && taken.length < MOST_LINES ? await lines.next() : undefined;
    if (more !== undefined) taken.push(more);
    if (more?.text === undefined || text.length + more.text.length > LONGEST_RECORD) {
      lines.giveBack(taken.slice(1));
      return { line: first.number, problem: problemOf(cells, taken.length, columns) };
    }
    text += `\n${more.text}`;
  }
}

function problemOf(cells: ReturnType<typeof cellsOf>, lines: number, columns: number): RowProblem {
  // That several lines became one record of the wrong shape says that a quotation mark is missing, whatever came of it at the end.
  if (lines > 1) return rowProblem("line", "unclosed-quote");
  if (typeof cells === "string") return rowProblem("line", cells);
  return rowProblem("line", "wrong-column-count", wrongCount(cells.length, columns));
}

function wrongCount(found: number, expected: number): string {
  const cause =
    found < expected ? "it may be cut off, or a quotation mark may be missing" : "a cell with the delimiter in it needs quotation marks";
  return `The row has ${found} columns, the header ${expected}; ${cause}.`;
}

/** Spreadsheets also write more delimiters than there are columns; more cells with something in them are a shifted row. */
function hasColumns(cells: readonly string[], columns: number): boolean {
  return cells.length >= columns && cells.slice(columns).every((cell) => cell.trim() === "");
}

/** The cells of one record, quoted as RFC 4180 has it, and where a writing that it does not know can be read in one way only, so. */
export function cellsOf(record: string, delimiter: string): string[] | "unclosed-quote" | "misplaced-quote" {
  const strict = parseRecord(record, { delimiter });
  if (typeof strict !== "string" || strict === "CSV_QUOTE_NOT_CLOSED") return asFault(strict);
  // Typed by hand: spaces around a quoted cell (`Anna, "Berg, PhD" ,…`), or quotation marks amid a bare one (`Robert "Bob" Berg`).
  const trimmed = parseRecord(record, { delimiter, trim: true });
  return asFault(trimmed === "INVALID_OPENING_QUOTE" ? parseRecord(record, { delimiter, trim: true, relax_quotes: true }) : trimmed);
}

function asFault(parsed: string[] | CsvErrorCode): string[] | "unclosed-quote" | "misplaced-quote" {
  if (typeof parsed !== "string") return parsed;
  return parsed === "CSV_QUOTE_NOT_CLOSED" ? "unclosed-quote" : "misplaced-quote";
}

function parseRecord(record: string, options: { delimiter: string; trim?: true; relax_quotes?: true }): string[] | CsvErrorCode {
  try {
    const rows = parse(record, { ...options, relax_column_count: true, record_delimiter: "\n" });
    return rows.length > 1 ? "CSV_INVALID_CLOSING_QUOTE" : (rows[0] ?? []);
  } catch (error) {
    if (error instanceof CsvError) return error.code;
    throw error;
  }
}
