import { breath } from "../kit/breath.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import type { Tenant } from "../tenants/tenant-store.ts";
import { foreignDomain } from "./create-user.ts";
import { makeFirstPassword } from "./first-password.ts";
import type { ImportLine } from "./import-file.ts";
import type { FailedRow, PersonFound, ReadyRow } from "./import-job.ts";
import type { ImportedUser } from "./import-row.ts";

/** What a row is judged by beside its own text. */
export interface RowRules {
  readonly tenant: Tenant;
  /** Whether the caller may change groups. */
  readonly groupsAllowed: boolean;
  readonly hasher: Pick<PasswordHasher, "hash">;
}

/** How many passwords are hashed at once for an import: whoever signs in meanwhile waits for one or two of them, not for hundreds. */
const HASHED_AT_ONCE = 2;

/**
 * Makes rows ready to be planned: those of other organisations' domains are refused, and first passwords judged and hashed. A password
 * counts for people who have none: a file that is imported again must never take back what they have chosen since.
 */
export async function readyRows(
  lines: readonly ImportLine[],
  people: ReadonlyMap<string, PersonFound>,
  rules: RowRules,
): Promise<(ReadyRow | FailedRow)[]> {
  const rows: (ReadyRow | FailedRow)[] = [];
  for (let start = 0; start < lines.length; start += HASHED_AT_ONCE)
    rows.push(...(await Promise.all(lines.slice(start, start + HASHED_AT_ONCE).map((line) => readyRow(line, people, rules)))));
  return rows;
}

async function readyRow(read: ImportLine, people: ReadonlyMap<string, PersonFound>, rules: RowRules): Promise<ReadyRow | FailedRow> {
  if ("problems" in read) return read;
  const { line, user } = read;
  const failed = (field: string, reason: string): FailedRow => {
    return { line, userPrincipalName: user.userPrincipalName, problems: [{ field, reason }] };
  };
  if (!rules.tenant.domains.includes(user.domain)) return failed("userPrincipalName", foreignDomain(user.domain));
  if (user.groups !== undefined && !rules.groupsAllowed) return failed("groups", "The application lacks the scope groups:write.");
  if (user.password === undefined || people.get(user.upnKey)?.hasPassword === true) return { line, user, phc: null };
  // Judging a password takes some ten milliseconds on the thread that answers everybody.
  await breath();
  const made = await makeFirstPassword(user.password, ownerOf(user), rules.tenant.facts, rules.hasher);
  if (made.ok) return { line, user, phc: made.phc };
  return failed("password", `The password is not accepted: ${made.verdict.reasons.join(", ")}.`);
}

function ownerOf({ userPrincipalName, displayName, givenName, surname, mail }: ImportedUser) {
  const names = { displayName: displayName ?? null, givenName: givenName ?? null, surname: surname ?? null, mail: mail ?? null };
  return { userPrincipalName, ...names };
}
