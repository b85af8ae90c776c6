import { MINUTE } from "../kit/clock.ts";
import type { RowProblem } from "./import-problems.ts";
import type { ImportedUser } from "./import-row.ts";
import type { RecordedAct } from "./user-writer.ts";

export const ROW_OUTCOMES = ["created", "updated", "unchanged", "failed"] as const;
export type RowOutcome = (typeof ROW_OUTCOMES)[number];

/** What became of one row of a file. */
export interface ImportedRow {
  readonly line: number;
  readonly userPrincipalName: string | null;
  readonly outcome: RowOutcome;
  /** Why it failed. */
  readonly problems: FailedRow["problems"];
}

export type RowCounts = Readonly<Record<RowOutcome, number>>;

export interface ImportJob extends RowCounts {
  readonly id: string;
  readonly state: "receiving" | "running" | "done" | "failed";
  readonly total: number;
  readonly detail: string | null;
  readonly createdAt: number;
  /** When it last wrote a batch. */
  readonly aliveAt: number;
  readonly finishedAt: number | null;
}

/** No batch takes so long: a job that writes nothing for this time has lost its process. */
const SILENT_MS = 10 * MINUTE;

/** What is true of a job now. Every batch was counted as it was written, so the counts are true of a job that died as well. */
export function asOf(job: ImportJob, now: number): ImportJob {
  if (job.finishedAt !== null || now - job.aliveAt <= SILENT_MS) return job;
  return {
    ...job,
    state: "failed",
    detail: "The service stopped in the middle. What is counted here was done; the same file can be sent again.",
  };
}

/** A row that was read; `phc` is the hash of its first password, where the person needs one. */
export interface ReadyRow {
  readonly line: number;
  readonly user: ImportedUser;
  readonly phc: string | null;
}
export interface FailedRow {
  readonly line: number;
  readonly userPrincipalName: string | null;
  readonly problems: readonly Pick<RowProblem, "field" | "reason">[];
}

/** A person as the import finds them. */
export interface PersonFound {
  readonly id: string;
  readonly key: string;
  /** Of the importing organisation and not deleted. Of anybody else nothing but the key is told. */
  readonly ours: boolean;
  readonly roles: readonly string[];
  readonly inRoleAssignableGroup: boolean;
  readonly hasPassword: boolean;
  readonly fields: Readonly<Record<ImportedField, string | boolean | null>>;
  /** Folded names of the groups the person is in directly. */
  readonly groups: readonly string[];
  /** `begun`: the person's own, and not verified yet. */
  readonly methods: readonly {
    readonly id: string;
    readonly type: string;
    readonly tag: string;
    readonly source: "admin" | "user" | "begun";
  }[];
}

export const IMPORTED_FIELDS = [
  "displayName",
  "givenName",
  "surname",
  "mail",
  "jobTitle",
  "department",
  "usageLocation",
  "preferredLanguage",
  "externalId",
  "enabled",
  "licensed",
] as const;
export type ImportedField = (typeof IMPORTED_FIELDS)[number];

/** People whose sessions must end, with their new credential version. */
export type Disabled = readonly { readonly id: string; readonly credentialVersion: number }[];

export interface ImportStore {
  begin(act: RecordedAct): Promise<string>;
  /** One statement, no locks. */
  find(tenantId: string, keys: readonly string[]): Promise<ReadonlyMap<string, PersonFound>>;
  /** Folded names of the groups that roles can be given to: no import puts anybody into one. */
  guardedGroups(tenantId: string): Promise<ReadonlySet<string>>;
  /**
   * One transaction for a whole batch: people, methods, groups, outcomes, counts and events. `again` when somebody else has changed
   * what the plan was made from: find and plan once more.
   */
  commit(jobId: string, plan: ImportPlan, act: RecordedAct): Promise<{ outcome: "again" } | { outcome: "committed"; disabled: Disabled }>;
  finish(jobId: string, state: "done" | "failed", detail: string | null, act: RecordedAct): Promise<ImportJob>;
  read(tenantId: string, jobId: string): Promise<ImportJob | null>;
  /** In the order of the lines, from the one after `after`. */
  rows(jobId: string, outcome: RowOutcome | null, after: number, limit: number): Promise<ImportedRow[]>;
}

/** What is to be written for one batch. */
export interface ImportPlan {
  readonly rows: readonly ImportedRow[];
  readonly creations: readonly { readonly user: ImportedUser; readonly phc: string | null; readonly methods: readonly NewMethod[] }[];
  readonly updates: readonly PersonUpdate[];
}

export interface NewMethod {
  readonly type: ImportedUser["methods"][number]["type"];
  readonly value: string;
  readonly tag: string;
}

export interface PersonUpdate {
  readonly id: string;
  readonly fields: Readonly<Partial<Record<ImportedField, string | boolean>>>;
  /** First password of somebody who has none. */
  readonly phc: string | null;
  readonly methodsGone: readonly string[];
  readonly methodsNew: readonly NewMethod[];
  /** Folded name → name. */
  readonly join: ReadonlyMap<string, string>;
  /** Folded names. */
  readonly leave: readonly string[];
}
