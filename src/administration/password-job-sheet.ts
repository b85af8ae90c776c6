import { timestamp } from "../kit/clock.ts";
import { csvLine } from "../kit/csv-cell.ts";
import type { JobRow, PasswordJob } from "./password-job.ts";

const COLUMNS = ["userPrincipalName", "outcome", "reason", "temporaryPassword", "expiresAt", "toDo"];
/** Rows that are in memory at once. */
const PAGE = 500;

/** Rows after a position, at most so many. */
export type ReadRows = (after: number, limit: number) => Promise<readonly JobRow[]>;

/**
 * The results as a table, page by page. The last column says in every row what is left to do: nobody was sent a password, so each person must
 * be told theirs.
 */
export async function* passwordJobSheet(job: PasswordJob, read: ReadRows): AsyncGenerator<string> {
  yield csvLine(COLUMNS);
  let after = 0;
  for (;;) {
    const rows = await read(after, PAGE);
    if (rows.length > 0) yield rows.map((row) => lineOf(job, row)).join("");
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.position ?? after;
  }
}

function lineOf(job: PasswordJob, row: JobRow): string {
  const { userPrincipalName, state, reason, reasons, temporaryPassword, expiresAt } = row;
  const why = reasons === null ? reason : `${reason}: ${reasons.join(" ")}`;
  return csvLine([userPrincipalName, state, why, temporaryPassword, expiresAt === null ? null : timestamp(expiresAt), toDo(job, row)]);
}

function toDo({ kind, mode, mustChange }: PasswordJob, { state, temporaryPassword }: JobRow): string {
  if (state === "failed" || state === "skipped" || state === "cancelled") return "Nothing was changed for this person.";
  if (state === "pending") return "This person's turn is still to come.";
  if (kind === "change") return "Nothing: the change is asked for at the next sign-in.";
  if (mode === "link") return "Tell this person that a mail with a link to set a new password was sent.";
  const which = temporaryPassword === null ? "the new password, which is not in this list" : "this password";
  const then = mustChange ? " It must be changed at the next sign-in." : "";
  return `Tell this person ${which}, in person or by telephone: nobody was sent it.${then}`;
}
