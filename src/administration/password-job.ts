import type { Actor } from "../audit/audit-event.ts";
import { DAY } from "../kit/clock.ts";
import type { RecordedAct } from "../users/user-writer.ts";

/** `reset`: a new password each. `change`: passwords stay, and must be changed at the next sign-in. */
export type JobKind = "reset" | "change";
export type JobMode = "temporaryPassword" | "link";
export type JobState = "running" | "done" | "cancelled";
export type RowState = "pending" | "done" | "failed" | "skipped" | "cancelled";

/**
 * Why a person was passed over: `self` (nobody does it to themselves), `break-glass` (kept for the day when nothing else works),
 * `out-of-reach`, `second-person-needed` (a Global Administrator, where the two-person rule is on), `unknown`, `deleted`, `duplicate` (a second
 * line of a file about the same person).
 */
export type Skipped = "self" | "break-glass" | "out-of-reach" | "second-person-needed" | "unknown" | "deleted" | "duplicate";
/**
 * Why it could not be done: `password-rejected` (`reasons` says more), `no-address` (a link needs one), `no-password` (there is none to
 * change), `directory-unavailable`, `invalid-row` (a line that cannot be read), `error` (on our side, and tried several times).
 */
export type Failed = "password-rejected" | "no-address" | "no-password" | "directory-unavailable" | "invalid-row" | "error";

export interface PasswordJob {
  readonly id: string;
  readonly tenantId: string;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly whom: "list" | "group" | "all";
  readonly mode: JobMode;
  readonly mustChange: boolean;
  readonly requestedBy: Actor;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  /** Milliseconds, as every time here. */
  readonly createdAt: number;
  readonly finishedAt: number | null;
  readonly acknowledgedAt: number | null;
}

/** What became of one person. */
export interface JobRow {
  readonly position: number;
  readonly userId: string | null;
  readonly userPrincipalName: string;
  readonly state: RowState;
  readonly reason: string | null;
  readonly reasons: readonly string[] | null;
  /** The password that was made for the person; `null` where there is none, or none any more. */
  readonly temporaryPassword: string | null;
  readonly expiresAt: number | null;
}

/** Somebody who is named in a list or a file. */
export interface RowAsked {
  /** From 1: the place in the list, the line of the file. */
  readonly position: number;
  /** An id or a user principal name, as written. */
  readonly user: string;
  readonly password?: string;
  /** The line is no use. */
  readonly fault?: "invalid-row" | "duplicate";
}

export interface JobOrder {
  readonly kind: JobKind;
  readonly whom:
    | { readonly kind: "list"; readonly rows: AsyncIterable<RowAsked> }
    | { readonly kind: "group"; readonly id: string }
    | { readonly kind: "all" };
  readonly mode: JobMode;
  readonly mustChange: boolean;
  /** Whoever is to be told when it is over; a valid address. */
  readonly emailTo: string | null;
}

/** Passwords wait so long for whoever asked to take them. */
export const RESULTS_MS = DAY;

/** Whether the passwords of a job can still be read: until they are acknowledged, or a day after the end. */
export function passwordsOf({ finishedAt, acknowledgedAt }: PasswordJob, now: number): "available" | "acknowledged" | "expired" {
  if (acknowledgedAt !== null) return "acknowledged";
  return finishedAt !== null && finishedAt + RESULTS_MS <= now ? "expired" : "available";
}

/** Whether somebody is who asked for it: nobody else reads what it made. */
export function isRequester({ requestedBy }: PasswordJob, { kind, id }: { readonly kind: string; readonly id: string }): boolean {
  return requestedBy.kind === kind && "id" in requestedBy && requestedBy.id === id;
}

/** Where a password of a row is sealed to. */
export function placeOfRow(jobId: string, position: number): string {
  return `password_job_rows/${jobId}/${position}`;
}

export type Begun =
  | { readonly outcome: "begun"; readonly job: PasswordJob }
  | { readonly outcome: "unknown-group" }
  /** Chosen people who are most of the organisation, where a reset of everybody needs a second person. Nothing is written. */
  | { readonly outcome: "nearly-everyone" };

export interface PasswordJobStore {
  /** One transaction: the job, all its rows, its event and its first part in the queue. @param alone without the second person it needed */
  begin(order: JobOrder, act: RecordedAct, alone: boolean): Promise<Begun>;
  read(tenantId: string, kind: JobKind, jobId: string): Promise<PasswordJob | null>;
  /** Newest first, from the one after `after`. */
  page(
    tenantId: string,
    kind: JobKind,
    after: { readonly createdAt: number; readonly id: string } | null,
    limit: number,
  ): Promise<PasswordJob[]>;
  /** Whoever is being reset at this moment is finished; nobody after that. One that is over stays as it is. */
  cancel(job: PasswordJob, act: RecordedAct, reason?: string): Promise<PasswordJob>;
}

export interface PasswordJobResults {
  /** In the order of the list, from the one after `after`. @param open whether passwords are among them */
  rows(job: PasswordJob, after: number, limit: number, open: boolean): Promise<JobRow[]>;
  recordReading(job: PasswordJob, act: RecordedAct, as: "json" | "csv", after: number): Promise<void>;
  /** The passwords are taken: they are deleted. */
  acknowledge(job: PasswordJob, act: RecordedAct): Promise<void>;
}
