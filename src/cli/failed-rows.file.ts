import { type FileHandle, open } from "node:fs/promises";
import { reasonOf, WrongUsage } from "./failure.ts";
import { type FailedRow, mistakesOf } from "./import-job.ts";
import { printable } from "./printable.ts";

/** The file of `--errors`: every mistake of every failed row as CSV, for a spreadsheet. */
export interface FailedRowsFile extends AsyncDisposable {
  append(rows: readonly FailedRow[]): Promise<void>;
}

const HEADER = "line,userPrincipalName,field,reason\r\n";
/** With these a spreadsheet takes a cell for a formula, and runs it. */
const FORMULA = /^[=+\-@\uff1d\uff0b\uff0d\uff20]/;

/** Opens it before anything is sent, so that a mistyped path costs no import. 0600: it names people. @throws WrongUsage */
export async function openFailedRows(path: string): Promise<FailedRowsFile> {
  const file = await open(path, "w", 0o600).catch((error: unknown) => {
    throw new WrongUsage(`--errors ${path} cannot be written: ${reasonOf(error)}.`);
  });
  await file.write(HEADER);
  return { append: (rows) => append(file, rows), [Symbol.asyncDispose]: () => file.close() };
}

async function append(file: FileHandle, rows: readonly FailedRow[]): Promise<void> {
  const lines = mistakesOf(rows).map((cells) => cells.map(cell).join(","));
  if (lines.length > 0) await file.write(`${lines.join("\r\n")}\r\n`);
}

/** RFC 4180 on one line, and an apostrophe before what would be a formula: the names come from a file that anybody may have written. */
export function cell(text: string): string {
  const shown = printable(text);
  const safe = FORMULA.test(shown) ? `'${shown}` : shown;
  return /[",;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
