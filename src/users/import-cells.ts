import type { Column } from "./import-columns.ts";
import { rowProblem } from "./import-problems.ts";
import { emptyDraft, type RowDraft } from "./import-row.ts";

/** What spreadsheets and portals write for yes and no, in the languages that Excel writes them in by itself. */
const YES = new Set(["true", "yes", "1", "y", "on", "ja", "sant", "wahr", "oui", "vrai"]);
const NO = new Set(["false", "no", "0", "n", "off", "nej", "falskt", "nein", "falsch", "non", "faux"]);
/** `="070…"`, by which exporters keep Excel from reading a number; and the apostrophe by which they defuse a formula or mark text. */
const GUARDED = /^="([^"]*)"$/;
const DEFUSED = /^'(?=[=+\-@\d])/;
/** A comma, but not the decimal comma of a number that a spreadsheet has rounded (`4,67E+10`), so that the report can say so. */
const METHOD_SEPARATOR = /[;|\n]|,(?!\d+e\+?\d)/i;
const NO_LICENCE = /^unlicen[cs]ed$/i;

/**
 * The draft of a CSV record. An empty cell says nothing. Cells are trimmed, except passwords. A cell that starts with `=` is a formula: its
 * value is not in the file, and it would run wherever the text is exported again. `+`, `-` and `@` may start a phone number or a name.
 */
export function draftOfCells(cells: readonly string[], columns: readonly (Column | null)[]): RowDraft {
  const draft = emptyDraft();
  for (const [index, column] of columns.entries()) {
    const cell = cells[index] ?? "";
    if (column === null || cell.trim() === "") continue;
    const field = column.names[0];
    const value = unguarded(cell);
    if (field === "password") draft.texts.set("password", { field, value: cell });
    else if (value.startsWith("=")) draft.problems.push(rowProblem(field, "formula"));
    else if (value !== "") put(draft, column, field, value);
  }
  return draft;
}

function unguarded(cell: string): string {
  const text = cell.trim();
  return (GUARDED.exec(text)?.[1] ?? text).replace(DEFUSED, "").trim();
}

function put(draft: RowDraft, { target }: Column, field: string, value: string): void {
  switch (target.kind) {
    case "text":
      draft.texts.set(target.field, { field, value });
      break;
    case "licences":
      draft.flags.set("licensed", !NO_LICENCE.test(value));
      break;
    case "flag": {
      const flag = flagOf(value);
      if (flag === undefined) draft.problems.push(rowProblem(field, "invalid-flag"));
      else draft.flags.set(target.field, flag !== (target.inverted ?? false));
      break;
    }
    case "groups":
      draft.groups = { field, values: severalOf(value, /[;|\n]/) };
      break;
    case "methods":
      for (const one of severalOf(value, METHOD_SEPARATOR)) draft.methods.push({ field, type: target.type, value: one });
  }
}

function flagOf(value: string): boolean | undefined {
  const word = value.toLowerCase();
  if (YES.has(word)) return true;
  return NO.has(word) ? false : undefined;
}

/** Several values in one cell: separated by a sign, or as a script prints a list (`["a","b"]`, `{a, b}`). */
function severalOf(value: string, separator: RegExp): string[] {
  const inside = /^\[(.*)\]$/s.exec(value)?.[1] ?? /^\{(.*)\}$/s.exec(value)?.[1];
  const parts = inside === undefined ? value.split(separator) : inside.split(/[;,|\n]/);
  return parts.map((part) => (inside === undefined ? part : part.replaceAll('"', "")).trim()).filter((part) => part !== "");
}
