import { draftOfCells } from "./import-cells.ts";
import { LineQueue, readRecords } from "./import-csv.ts";
import { readHeader } from "./import-header.ts";
import { draftOfJson } from "./import-json.ts";
import { readLines, type TextLine } from "./import-lines.ts";
import { type RowProblem, rowProblem } from "./import-problems.ts";
import { ImportFileRefused } from "./import-refused.ts";
import { type ImportedUser, type RowDraft, readUser } from "./import-row.ts";

export type { RowProblem } from "./import-problems.ts";
export { ImportFileRefused } from "./import-refused.ts";
export type { ImportedUser } from "./import-row.ts";

/** The outcome of reading one row. `line` is the line of the file on which it starts, from 1, the header counted. */
export type ImportLine =
  | { readonly line: number; readonly user: ImportedUser }
  | { readonly line: number; readonly userPrincipalName: string | null; readonly problems: readonly RowProblem[] };

/**
 * Reads a file of users row by row; every row that is not blank gives one outcome, in the order of the file. Memory is flat but for the
 * names seen, which it keeps to find a user that comes twice (about 100 MB for a million users).
 * @param kind `text/csv` (Microsoft's "Download users" and its relatives) or `application/x-ndjson`
 * @param unknownColumns told once, before the first row, which CSV columns nobody knows; they are ignored
 * @throws ImportFileRefused when the file as a whole cannot be read; never for what a row holds
 */
export async function* readImport(
  stream: AsyncIterable<Uint8Array>,
  kind: "csv" | "ndjson",
  unknownColumns?: (headings: readonly string[]) => void,
): AsyncGenerator<ImportLine> {
  const lines = readLines(stream, kind);
  const firstLines = new Map<string, number>();
  for await (const { line, draft } of kind === "csv" ? csvDrafts(lines, unknownColumns) : jsonDrafts(lines)) {
    const result = "code" in draft ? { userPrincipalName: null, problems: [draft] } : readUser(draft);
    const first = "upnKey" in result ? firstLines.get(result.upnKey) : undefined;
    if ("problems" in result) yield { line, ...result };
    else if (first === undefined) {
      firstLines.set(result.upnKey, line);
      yield { line, user: result };
    } else yield { line, userPrincipalName: result.userPrincipalName, problems: [duplicateOf(first)] };
  }
}

function duplicateOf(line: number): RowProblem {
  return rowProblem("userPrincipalName", "duplicate-user", `The same user stands on line ${line} already; this row was not used.`);
}

/** A draft, or why the line gave none. */
interface NumberedDraft {
  readonly line: number;
  readonly draft: RowDraft | RowProblem;
}

async function* csvDrafts(
  lines: AsyncIterable<TextLine>,
  unknownColumns?: (headings: readonly string[]) => void,
): AsyncGenerator<NumberedDraft> {
  const queue = new LineQueue(lines);
  try {
    const { delimiter, columns, unknown } = await readHeader(queue);
    if (unknown.length > 0) unknownColumns?.(unknown);
    for await (const record of readRecords(queue, delimiter, columns.length)) {
      yield { line: record.line, draft: "problem" in record ? record.problem : draftOfCells(record.cells, columns) };
    }
  } finally {
    await queue.close();
  }
}

async function* jsonDrafts(lines: AsyncIterable<TextLine>): AsyncGenerator<NumberedDraft> {
  let empty = true;
  for await (const { number, text, fault } of lines) {
    if (text !== undefined && text.trim() === "") continue;
    empty = false;
    yield { line: number, draft: text === undefined ? rowProblem("line", fault) : draftOfJson(text) };
  }
  if (empty) throw new ImportFileRefused("empty-file", "The file is empty.");
}
