import { foldCase } from "./case-fold.ts";
import type { FailedRow, ImportedField, ImportedRow, ImportPlan, NewMethod, PersonFound, PersonUpdate, ReadyRow } from "./import-job.ts";
import { IMPORTED_FIELDS } from "./import-job.ts";
import type { ImportedUser } from "./import-row.ts";
import { isProtected } from "./protected-person.ts";

export type TagOf = (method: { type: string; value: string }) => string;

/**
 * What a batch changes, given what is there. A row says what it says and no more: an absent field is left as it is, methods replace what
 * administrators filled in of the types that the row names, groups that are named are all the person is in. So the same file twice
 * changes nothing.
 * @param guarded folded names of the groups that roles can be given to
 */
export function planImport(
  rows: readonly (ReadyRow | FailedRow)[],
  people: ReadonlyMap<string, PersonFound>,
  guarded: ReadonlySet<string>,
  tagOf: TagOf,
): ImportPlan {
  const outcomes: ImportedRow[] = [];
  const creations: ImportPlan["creations"][number][] = [];
  const updates: PersonUpdate[] = [];
  for (const row of rows) {
    if ("problems" in row) {
      outcomes.push({ line: row.line, userPrincipalName: row.userPrincipalName, outcome: "failed", problems: row.problems });
      continue;
    }
    const { user, phc } = row;
    const person = people.get(user.upnKey);
    const update = person === undefined ? null : updateOf(user, phc, person, tagOf);
    const refusal = person === undefined ? null : refusalOf(person, update);
    const joins = [...(person === undefined ? (groupNames(user)?.keys() ?? []) : (update?.join.keys() ?? []))];
    if (refusal !== null) outcomes.push(outcomeOf(row, "failed", refusal));
    else if (joins.some((key) => guarded.has(key))) outcomes.push(outcomeOf(row, "failed", GUARDED, "groups"));
    else if (person === undefined) {
      creations.push({ user, phc, methods: tagged(user, tagOf) });
      outcomes.push(outcomeOf(row, "created"));
    } else if (update !== null) {
      updates.push(update);
      outcomes.push(outcomeOf(row, "updated"));
    } else outcomes.push(outcomeOf(row, "unchanged"));
  }
  return { rows: outcomes, creations, updates };
}

const GUARDED = "Roles can be given to one of these groups; people are put into it one by one, by an administrator who grants roles.";

function outcomeOf({ line, user }: ReadyRow, outcome: ImportedRow["outcome"], reason?: string, field = "userPrincipalName"): ImportedRow {
  const problems = reason === undefined ? [] : [{ field, reason }];
  return { line, userPrincipalName: user.userPrincipalName, outcome, problems };
}

function refusalOf(person: PersonFound, update: PersonUpdate | null): string | null {
  if (!person.ours) return "The user principal name is taken by an account that cannot be changed here.";
  if (update !== null && isProtected(person)) return "The person holds an administrator role; applications do not change administrators.";
  return null;
}

function tagged(user: ImportedUser, tagOf: TagOf): NewMethod[] {
  return user.methods.map((method) => ({ ...method, tag: tagOf(method) }));
}

/** `null` when the row says nothing new. */
function updateOf(user: ImportedUser, phc: string | null, person: PersonFound, tagOf: TagOf): PersonUpdate | null {
  const fields: Partial<Record<ImportedField, string | boolean>> = {};
  for (const field of IMPORTED_FIELDS) {
    const value = user[field];
    if (value !== undefined && value !== person.fields[field]) fields[field] = value;
  }
  const wanted = tagged(user, tagOf);
  const types = new Set<string>(wanted.map(({ type }) => type));
  const sameMethod = (a: { type: string; tag: string }) => (b: { type: string; tag: string }) => a.type === b.type && a.tag === b.tag;
  const groups = groupNames(user);
  const update: PersonUpdate = {
    id: person.id,
    fields,
    phc: person.hasPassword ? null : phc,
    methodsGone: person.methods
      .filter((method) => {
        const stays = wanted.some(sameMethod(method));
        return (method.source === "admin" && types.has(method.type) && !stays) || (method.source === "begun" && stays);
      })
      .map(({ id }) => id),
    // What the person has only begun to register would be forgotten in a day: the value filled in takes its place.
    methodsNew: wanted.filter((method) => !person.methods.some((held) => held.source !== "begun" && sameMethod(method)(held))),
    join: new Map([...(groups ?? [])].filter(([key]) => !person.groups.includes(key))),
    leave: groups === null ? [] : person.groups.filter((key) => !groups.has(key)),
  };
  return isEmpty(update) ? null : update;
}

function isEmpty({ fields, phc, methodsGone, methodsNew, join, leave }: PersonUpdate): boolean {
  const parts = [Object.keys(fields).length, methodsGone.length, methodsNew.length, join.size, leave.length];
  return phc === null && parts.every((size) => size === 0);
}

/** The groups a row names, by folded name; `null` when it says nothing of groups. */
export function groupNames({ groups }: ImportedUser): Map<string, string> | null {
  return groups === undefined ? null : new Map(groups.map((name) => [foldCase(name), name] as const).reverse());
}
