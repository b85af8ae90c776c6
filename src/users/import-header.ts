import { type Column, columnOfHeading } from "./import-columns.ts";
import { cellsOf, type LineQueue } from "./import-csv.ts";
import { ImportFileRefused } from "./import-refused.ts";

/** What a CSV file's header says. */
export interface CsvHeader {
  readonly delimiter: string;
  /** By position; `null` where a column is not read. */
  readonly columns: readonly (Column | null)[];
  /** Headings that are not known from anywhere. */
  readonly unknown: readonly string[];
}

const DELIMITERS = [",", ";", "\t", "|"];
/** Excel's own way of naming the delimiter, above the header. */
const SEPARATOR_LINE = /^"?sep=(.)"?$/i;
/** The first line of Microsoft Entra's bulk templates. */
const VERSION_LINE = /^"?version:v[\d.]+"?[,;\t|]*$/i;

/** Reads up to the header. Throws `ImportFileRefused` when there is none that can be used. */
export async function readHeader(lines: LineQueue): Promise<CsvHeader> {
  let named: string | undefined;
  for (let line = await lines.next(); line !== undefined; line = await lines.next()) {
    if (line.text === undefined || line.text.includes("\0")) {
      throw new ImportFileRefused(
        "not-a-text-file",
        `Line ${line.number} is no header of a CSV file. Save the file as CSV UTF-8 and send that.`,
      );
    }
    const text = line.text.trim();
    const separator = SEPARATOR_LINE.exec(text)?.[1];
    if (separator !== undefined && DELIMITERS.includes(separator)) named = separator;
    else if (text !== "" && !VERSION_LINE.test(text)) return headerOf(line.text, named === undefined ? DELIMITERS : [named]);
  }
  throw new ImportFileRefused("empty-file", "The file is empty.");
}

/** The delimiter is the one that makes the most of the line's words into known columns. */
function headerOf(text: string, delimiters: readonly string[]): CsvHeader {
  let best: CsvHeader | undefined;
  for (const delimiter of delimiters) {
    const cells = cellsOf(text, delimiter);
    const header = Array.isArray(cells) ? withColumns(delimiter, cells) : undefined;
    if (header !== undefined && (best === undefined || known(header) > known(best))) best = header;
  }
  if (best === undefined || !best.columns.some((column) => column?.names[0] === "userPrincipalName")) {
    const found = text
      .slice(0, 200)
      .replaceAll(/\p{C}+/gu, " ")
      .trim();
    throw new ImportFileRefused("missing-column", `The header has no column userPrincipalName. It reads: ${found}`);
  }
  refuseDuplicates(best);
  return best;
}

function known(header: CsvHeader): number {
  return header.columns.filter((column) => column !== null).length;
}

function withColumns(delimiter: string, headings: readonly string[]): CsvHeader {
  const found = headings.map((heading) => columnOfHeading(heading));
  return {
    delimiter,
    columns: found.map((column) => (column === undefined || column === "not-needed" ? null : column)),
    unknown: headings
      .filter((heading, index) => heading.trim() !== "" && found[index] === undefined)
      .map((heading) => heading.trim().slice(0, 100)),
  };
}

/** Two columns for one thing could contradict each other in every row. Methods may come from several columns, each of them once. */
function refuseDuplicates(header: CsvHeader): void {
  const taken = new Set<unknown>();
  for (const column of header.columns) {
    if (column === null) continue;
    const meaning = column.target.kind === "methods" ? column : column.target.field;
    if (taken.has(meaning)) throw new ImportFileRefused("duplicate-column", `More than one column of the header means ${column.names[0]}.`);
    taken.add(meaning);
  }
}
