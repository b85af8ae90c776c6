import type { Failed, PasswordJob, Skipped } from "./password-job.ts";

/** Somebody whose turn it is. */
export interface PendingRow {
  readonly position: number;
  readonly userId: string;
  /** The password that came with the name. */
  readonly password: string | null;
}

/** The next so many people of a job. */
export interface JobPart {
  readonly job: PasswordJob;
  readonly part: number;
  readonly rows: readonly PendingRow[];
  /** The roles of whoever asked as they are now; `null` for somebody who is gone, or may do this no more. */
  readonly roles: readonly string[] | null;
}

/** What is ready to be written for a person. */
export type Prepared =
  | {
      readonly what: "password";
      readonly phc: string;
      /** For whoever asked to read; `null` where they sent it themselves. */
      readonly made: string | null;
      /** Milliseconds; `null`: it never ends. */
      readonly expiresAt: number | null;
    }
  | { readonly what: "link"; readonly expiresAt: number }
  | { readonly what: "change" };

export type Outcome =
  | { readonly state: "done" }
  | { readonly state: "skipped"; readonly reason: Skipped }
  | { readonly state: "failed"; readonly reason: Failed; readonly reasons?: readonly string[] };

/** What is to be felt beyond PostgreSQL once a reset is committed: sessions end, a lockout is lifted. */
export interface Written {
  readonly userId: string;
  readonly upnKey: string;
  readonly credentialVersion: number;
}

/**
 * Parts are numbered, and the next one is queued in the transaction that ends this one: however often a process is killed and its job is
 * freed, one chain of parts goes through the list, and each row is written while it is pending, under its lock: once.
 */
export interface PasswordJobParts {
  /** `null`: this part is done, or the job is over, or its organisation is suspended. */
  take(jobId: string, part: number, size: number): Promise<JobPart | null>;
  /** Whether its organisation is not suspended. */
  open(job: PasswordJob): Promise<boolean>;
  /**
   * One transaction: the person, the row, the event.
   * @returns `null` where nothing was to be written any more, or nothing beyond the row
   */
  apply(part: JobPart, row: PendingRow, prepared: Prepared, now: number): Promise<Written | null>;
  /** Somebody for whom nothing can be prepared. */
  settle(part: JobPart, row: PendingRow, outcome: Outcome, now: number): Promise<void>;
  /** Counts what the part did, and queues the next one, or ends the job. @param last nobody is left after these */
  end(part: JobPart, last: boolean, now: number): Promise<void>;
}
