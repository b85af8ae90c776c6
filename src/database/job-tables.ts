import type { ColumnType, JSONColumnType } from "kysely";

/** The tables of jobs over many people, with a row for each: imports, resets, forced changes; and answers kept for a repeated call. A part of `schema.ts`. */
type Json = JSONColumnType<object, string, string>;

export interface ImportJobsTable {
  id: string;
  tenant_id: string;
  state: "receiving" | "running" | "done" | "failed";
  total: ColumnType<number, number | undefined, number>;
  created: ColumnType<number, number | undefined, number>;
  updated: ColumnType<number, number | undefined, number>;
  unchanged: ColumnType<number, number | undefined, number>;
  failed: ColumnType<number, number | undefined, number>;
  detail: string | null;
  requested_by: Json;
  created_at: Date;
  /** When it last wrote a batch. `null` before the first. */
  alive_at: ColumnType<Date | null, never, Date>;
  finished_at: Date | null;
}

export interface ImportRowsTable {
  job_id: string;
  line: number;
  user_principal_name: string | null;
  outcome: "created" | "updated" | "unchanged" | "failed";
  field: string | null;
  reason: string | null;
  position: ColumnType<number, number | undefined, number>;
}

export interface PasswordJobsTable {
  id: string;
  tenant_id: string;
  kind: "reset" | "change";
  state: "running" | "done" | "cancelled";
  whom: "list" | "group" | "all";
  mode: "temporaryPassword" | "link";
  must_change: boolean;
  sealed_email_to: Buffer | null;
  requested_by: Json;
  part: ColumnType<number, number | undefined, number>;
  reached: ColumnType<number, number | undefined, number>;
  total: ColumnType<number, number | undefined, number>;
  done: ColumnType<number, number | undefined, number>;
  failed: ColumnType<number, number | undefined, number>;
  skipped: ColumnType<number, number | undefined, number>;
  created_at: Date;
  finished_at: ColumnType<Date | null, never, Date>;
  acknowledged_at: ColumnType<Date | null, never, Date>;
}

export interface PasswordJobRowsTable {
  job_id: string;
  position: number;
  user_id: string | null;
  user_principal_name: string;
  state: "pending" | "done" | "failed" | "skipped" | "cancelled";
  reason: string | null;
  reasons: string[] | null;
  sealed_password: Buffer | null;
  expires_at: Date | null;
  finished_at: Date | null;
}

export interface IdempotentAnswersTable {
  caller: string;
  key: string;
  request_hash: string;
  status: number | null;
  body: JSONColumnType<object, string | null, string | null> | null;
  created_at: Date;
}
