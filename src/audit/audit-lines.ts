import { csvLine, jsonLine } from "../kit/csv-cell.ts";
import { type AuditEventView, CSV_COLUMNS } from "./audit-event-view.ts";

/** How an export is written. One event, one line, whatever stands in it (security.md S04). */
export interface ExportFormat {
  readonly contentType: string;
  readonly header: string;
  readonly line: (event: AuditEventView) => string;
}

const columns = Object.values(CSV_COLUMNS);

export const EXPORT_FORMATS = {
  ndjson: { contentType: "application/x-ndjson", header: "", line: (event) => `${jsonLine(event)}\n` },
  csv: {
    contentType: "text/csv; charset=utf-8; header=present",
    header: csvLine(Object.keys(CSV_COLUMNS)),
    line: (event) => csvLine(columns.map((text) => text(event) ?? null)),
  },
} as const satisfies Readonly<Record<string, ExportFormat>>;

export type ExportFormatName = keyof typeof EXPORT_FORMATS;

/** What an Accept header asks for, NDJSON where it takes anything; `null` where it takes neither. */
export function formatAccepted(accept: string | undefined): ExportFormatName | null {
  if (accept === undefined || accept.trim() === "") return "ndjson";
  const wanted = accept
    .split(",")
    .map((part) => part.split(";"))
    .map(([type = "", ...parameters]) => ({ type: type.trim().toLowerCase(), quality: qualityOf(parameters) }))
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  for (const { type } of wanted) {
    if (type === "text/csv" || type === "text/*") return "csv";
    if (["application/x-ndjson", "application/ndjson", "application/json", "application/*", "*/*"].includes(type)) return "ndjson";
  }
  return null;
}

function qualityOf(parameters: readonly string[]): number {
  const quality = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/i.exec(parameter)?.[1]).find((found) => found !== undefined);
  return quality === undefined ? 1 : Number(quality);
}
