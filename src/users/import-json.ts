import { columnOfField, type ImportedMethodType, type Target } from "./import-columns.ts";
import { type RowFault, type RowProblem, rowProblem } from "./import-problems.ts";
import { emptyDraft, type RowDraft } from "./import-row.ts";

const METHOD_TYPES: ReadonlySet<unknown> = new Set<ImportedMethodType>(["email", "mobilePhone", "officePhone"]);

/**
 * The draft of one NDJSON line: the fields of `POST /v1/users`, or those of Microsoft Graph and Entra. `null` and empty text say
 * nothing, as an empty cell does; unknown fields and wrong types are refused. An empty list of groups means: in no group.
 */
export function draftOfJson(line: string): RowDraft | RowProblem {
  const value = parsed(line);
  if (value === undefined) return rowProblem("line", "invalid-json");
  if (!isObject(value)) return rowProblem("line", "not-an-object");
  const draft = emptyDraft();
  for (const [field, member] of Object.entries(value)) if (member !== null) readField(draft, field, member);
  return draft;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readField(draft: RowDraft, field: string, value: unknown): void {
  const column = columnOfField(field);
  if (field === "methods") readMethods(draft, value);
  else if (column === undefined) report(draft, field, "unknown-field");
  else if (column !== "not-needed") {
    const fault = put(draft, column.target, field, value);
    if (fault !== undefined) report(draft, field, fault);
  }
}

/** What a sender calls a field may be anything at all. */
function report(draft: RowDraft, field: string, fault: RowFault): void {
  draft.problems.push(rowProblem(field.slice(0, 100).replaceAll(/\p{C}/gu, "\ufffd"), fault));
}

function put(draft: RowDraft, target: Target, field: string, value: unknown): RowFault | undefined {
  switch (target.kind) {
    case "text":
      if (typeof value !== "string") return "wrong-type";
      if (draft.texts.has(target.field)) return "conflicting-values";
      if (value.trim() !== "") draft.texts.set(target.field, { field, value: target.field === "password" ? value : value.trim() });
      return undefined;
    case "flag":
      if (typeof value !== "boolean") return "wrong-type";
      if (draft.flags.has(target.field)) return "conflicting-values";
      draft.flags.set(target.field, value !== (target.inverted ?? false));
      return undefined;
    case "groups":
      if (!isTexts(value)) return "wrong-type";
      draft.groups = { field, values: value };
      return undefined;
    case "methods":
      return putMethods(draft, target.type, field, typeof value === "string" ? [value] : value);
    case "licences":
      return "unknown-field";
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function putMethods(draft: RowDraft, type: ImportedMethodType, field: string, values: unknown): RowFault | undefined {
  if (!isTexts(values)) return "wrong-type";
  for (const value of values) if (value.trim() !== "") draft.methods.push({ field, type, value: value.trim() });
  return undefined;
}

/** `[{ type, value }]`, as in the contract. */
function readMethods(draft: RowDraft, value: unknown): void {
  const entries: unknown = value;
  if (!Array.isArray(entries)) report(draft, "methods", "wrong-type");
  else for (const [index, entry] of entries.entries()) readMethod(draft, `methods[${index}]`, entry);
}

function readMethod(draft: RowDraft, place: string, entry: unknown): void {
  const { type, value, ...others } = isObject(entry) ? entry : { type: undefined, value: undefined };
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) report(draft, `${place}.${unknown}`, "unknown-field");
  else if (!isMethodType(type)) report(draft, `${place}.type`, "invalid-method-type");
  else if (typeof value !== "string") report(draft, `${place}.value`, "wrong-type");
  else draft.methods.push({ field: `${place}.value`, type, value: value.trim() });
}

function isMethodType(value: unknown): value is ImportedMethodType {
  return METHOD_TYPES.has(value);
}
