import type { ImportedMethodType, TextField } from "./import-columns.ts";
import { type RowProblem, rowProblem } from "./import-problems.ts";
import { countryCode, emailValue, languageTag, phoneValue, plainText, type Value } from "./import-values.ts";
import { parseUserPrincipalName } from "./user-principal-name.ts";

/** One person as a row describes them. An absent field means: leave as it is. */
export interface ImportedUser {
  userPrincipalName: string;
  /** The comparison key of `parseUserPrincipalName`. */
  upnKey: string;
  domain: string;
  displayName?: string;
  givenName?: string;
  surname?: string;
  mail?: string;
  enabled?: boolean;
  licensed?: boolean;
  /** Two capital letters. */
  usageLocation?: string;
  /** A canonical BCP 47 tag. */
  preferredLanguage?: string;
  externalId?: string;
  jobTitle?: string;
  department?: string;
  groups?: string[];
  /** Phone numbers in E.164, addresses with an ASCII domain. Empty: the row says nothing of methods. */
  methods: { type: ImportedMethodType; value: string }[];
  /** As written. The tenant's password rules are for the caller to apply. */
  password?: string;
}

/** A row before its values are read, whichever format it came in. `field` is what a report calls the place. */
export interface RowDraft {
  readonly texts: Map<TextField, { readonly field: string; readonly value: string }>;
  readonly flags: Map<"enabled" | "licensed", boolean>;
  groups: { readonly field: string; readonly values: readonly string[] } | null;
  readonly methods: { readonly field: string; readonly type: ImportedMethodType; readonly value: string }[];
  readonly problems: RowProblem[];
}

export function emptyDraft(): RowDraft {
  return { texts: new Map(), flags: new Map(), groups: null, methods: [], problems: [] };
}

/** As long as Microsoft Graph lets them be; the last is ours. */
const LONGEST = { displayName: 256, givenName: 64, surname: 64, jobTitle: 128, department: 64, externalId: 128 } as const;
const PLAIN_FIELDS = ["displayName", "givenName", "surname", "jobTitle", "department", "externalId"] as const;
const CODED_FIELDS = [
  ["mail", emailValue],
  ["usageLocation", countryCode],
  ["preferredLanguage", languageTag],
] as const;
const LONGEST_GROUP = 256;
const LONGEST_PASSWORD = 256;
const MOST_GROUPS = 1_000;
const MOST_METHODS = 10;
const MOST_PROBLEMS = 20;

/** Reads every value of a row, so that an administrator sees all of its mistakes at once. */
export function readUser(draft: RowDraft): ImportedUser | { userPrincipalName: string | null; problems: RowProblem[] } {
  const problems: RowProblem[] = [];
  const report = ({ field, code, reason }: RowProblem): void => {
    // Of each kind once in a field, and no more than anybody reads: a row must not fill the report.
    if (problems.length < MOST_PROBLEMS && !problems.some((one) => one.field === field && one.code === code))
      problems.push({ field, code, reason });
  };
  draft.problems.forEach(report);
  const written = draft.texts.get("userPrincipalName");
  const name = parseUserPrincipalName(written?.value ?? "");
  if (written === undefined) report(rowProblem("userPrincipalName", "required"));
  else if (!name.ok) report(rowProblem(written.field, name.reason));

  const user: ImportedUser = { userPrincipalName: "", upnKey: "", domain: "", methods: [] };
  readTexts(draft, user, report);
  readCodes(draft, user, report);
  for (const [flag, value] of draft.flags) user[flag] = value;
  readGroups(draft, user, report);
  readMethods(draft, user, report);
  if (!name.ok || problems.length > 0) return { userPrincipalName: shown(written?.value), problems };
  return Object.assign(user, { userPrincipalName: name.userPrincipalName, upnKey: name.key, domain: name.domain });
}

type Report = (problem: RowProblem) => void;

/** What was written for a name, fit to be shown in a report. */
function shown(name: string | undefined): string | null {
  return name === undefined ? null : name.slice(0, 254).replaceAll(/\p{C}/gu, "\ufffd");
}

/** The value, or `undefined` after its fault has been reported. */
function taken(field: string, found: Value, report: Report): string | undefined {
  if (found.fault !== undefined) report(rowProblem(field, found.fault));
  return found.value;
}

function readTexts(draft: RowDraft, user: ImportedUser, report: Report): void {
  for (const field of PLAIN_FIELDS) {
    const written = draft.texts.get(field);
    const text = written && taken(written.field, plainText(written.value, LONGEST[field]), report);
    if (text !== undefined && text !== "") user[field] = text;
  }
  const password = draft.texts.get("password");
  if (password === undefined) return;
  if (password.value.length > LONGEST_PASSWORD) report(rowProblem(password.field, "too-long"));
  else user.password = password.value;
}

function readCodes(draft: RowDraft, user: ImportedUser, report: Report): void {
  for (const [field, read] of CODED_FIELDS) {
    const written = draft.texts.get(field);
    const value = written && taken(written.field, read(written.value), report);
    if (value !== undefined) user[field] = value;
  }
}

function readGroups(draft: RowDraft, user: ImportedUser, report: Report): void {
  if (draft.groups === null) return;
  const { field, values } = draft.groups;
  if (values.length > MOST_GROUPS) report(rowProblem(field, "too-many-values"));
  const names = new Set<string>();
  for (const value of values.slice(0, MOST_GROUPS)) {
    const name = taken(field, plainText(value, LONGEST_GROUP), report);
    if (name !== undefined && name !== "") names.add(name);
  }
  user.groups = [...names];
}

function readMethods(draft: RowDraft, user: ImportedUser, report: Report): void {
  const tooMany = draft.methods[MOST_METHODS];
  if (tooMany !== undefined) report(rowProblem(tooMany.field, "too-many-values"));
  for (const { field, type, value: written } of draft.methods.slice(0, MOST_METHODS)) {
    const value = taken(
      field,
      type === "email" ? emailValue(written) : phoneValue(written, user.usageLocation, type === "officePhone" ? "office" : "mobile"),
      report,
    );
    const known = user.methods.some((method) => method.type === type && method.value === value);
    if (value !== undefined && !known) user.methods.push({ type, value });
  }
}
