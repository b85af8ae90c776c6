import type { ColumnType, Generated, JSONColumnType } from "kysely";
import type { AuditEventsTable, AuditSealsTable } from "./audit-tables.ts";
import type { IdempotentAnswersTable, ImportJobsTable, ImportRowsTable, PasswordJobRowsTable, PasswordJobsTable } from "./job-tables.ts";

/** The tables as Kysely sees them. The truth is in `migrations/`; comments on columns stand there. */
export interface Database {
  tenants: TenantsTable;
  tenant_logos: { tenant_id: string; digest: string; png: Buffer };
  tenant_domains: { domain: string; tenant_id: string };
  policy_versions: PolicyVersionsTable;
  users: UsersTable;
  user_roles: { user_id: string; role: string; granted_at: Date };
  group_roles: { group_id: string; role: string; granted_at: Date };
  /** A view: by themselves, or by a group. */
  held_roles: { user_id: string; role: string };
  groups: GroupsTable;
  group_members: { group_id: string; user_id: string };
  group_children: { group_id: string; child_id: string };
  authentication_methods: AuthenticationMethodsTable;
  passwords: PasswordsTable;
  password_history: { id: Generated<string>; user_id: string; phc: string; replaced_at: Date };
  apps: { id: string; tenant_id: string; name: string; secret_hash: string; scopes: string[]; created_at: Date };
  keyring: {
    id: string;
    purpose: string;
    sealed_key: Buffer;
    master_key_id: string;
    created_at: Date;
    current_from: Date;
    retired_at: Date | null;
  };
  completed_resets: { flow_id: string; token_hash: string; tenant_id: string; user_id: string; completed_at: Date };
  familiar_sources: { user_id: string; source_tag: string; last_seen_at: Date };
  one_time_links: OneTimeLinksTable;
  temporary_passwords: TemporaryPasswordsTable;
  audit_events: AuditEventsTable;
  audit_unsealed: { id: string; at: Date; tenant_id: string | null };
  audit_seals: AuditSealsTable;
  audit_retired: { month: Date; events: string; retired_at: Date };
  event_day_counts: EventDayCountsTable;
  open_flows: OpenFlowsTable;
  registration_snapshots: RegistrationSnapshotsTable;
  import_jobs: ImportJobsTable;
  import_rows: ImportRowsTable;
  idempotent_answers: IdempotentAnswersTable;
  password_jobs: PasswordJobsTable;
  password_job_rows: PasswordJobRowsTable;
  help_requests: HelpRequestsTable;
  approvals: ApprovalsTable;
  processes: { id: string; role: string; started_at: Date; seen_at: Date };
  spread_questions: { id: string; tenant_id: string; asked_at: Date };
  spread_answers: { question_id: string; process_id: string; version: number };
  recovery_codes: { method_id: string; hash: string; used_at: Date | null };
  security_answers: { method_id: string; question_id: string; phc: string };
}

type Json = JSONColumnType<object, string, string>;

interface TenantsTable {
  id: string;
  name: string;
  plan: string;
  policy: Json;
  administrator_policy: Json;
  policy_version: ColumnType<number, number | undefined, number>;
  suspended_at: ColumnType<Date | null, never, Date | null>;
  accent_color: ColumnType<string | null, never, string | null>;
  trusted_issuer: ColumnType<object | null, string | null | undefined, string | null>;
  created_at: Date;
}

interface PolicyVersionsTable {
  tenant_id: string;
  version: number;
  policy: Json;
  administrator_policy: Json;
  changed_by: Json;
  changed_at: Date;
}

interface UsersTable {
  id: string;
  tenant_id: string;
  user_principal_name: string;
  upn_key: string;
  display_name: string | null;
  given_name: string | null;
  surname: string | null;
  mail: string | null;
  job_title: string | null;
  department: string | null;
  usage_location: string | null;
  preferred_language: string | null;
  external_id: string | null;
  enabled: ColumnType<boolean, boolean | undefined, boolean>;
  licensed: ColumnType<boolean, boolean | undefined, boolean>;
  directory_id: string | null;
  credential_version: ColumnType<number, number | undefined, number>;
  recovery_frozen_at: Date | null;
  recovery_disputed_since: ColumnType<Date | null, Date | null | undefined, Date | null>;
  security_info_confirmed_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  registration_asked_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  must_register: ColumnType<boolean, boolean | undefined, boolean>;
  break_glass: ColumnType<boolean, boolean | undefined, boolean>;
  created_at: Date;
  updated_at: Date;
  deleted_at: Date | null;
}

interface GroupsTable {
  id: string;
  tenant_id: string;
  name: string;
  name_key: string;
  role_assignable: ColumnType<boolean, boolean | undefined, never>;
  created_at: Date;
}

interface AuthenticationMethodsTable {
  id: string;
  user_id: string;
  type: string;
  revision: ColumnType<number, number | undefined, number>;
  sealed_value: Buffer;
  value_tag: string;
  hint: string;
  name: string | null;
  source: "admin" | "user";
  verified_at: Date | null;
  usable_from: Date | null;
  last_step: string | null;
  consecutive_failures: ColumnType<number, number | undefined, number>;
  created_at: Date;
  last_used_at: Date | null;
  pending_value: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>;
  pending_tag: ColumnType<string | null, string | null | undefined, string | null>;
  pending_hint: ColumnType<string | null, string | null | undefined, string | null>;
  challenge_id: ColumnType<string | null, string | null | undefined, string | null>;
  challenge_expires_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  challenge_tries: ColumnType<number, number | undefined, number>;
  challenge_sent_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  waits: ColumnType<boolean, boolean | undefined, boolean>;
}

interface PasswordsTable {
  user_id: string;
  phc: string;
  must_change: ColumnType<boolean, boolean | undefined, boolean>;
  temporary: ColumnType<boolean, boolean | undefined, boolean>;
  never_expires: ColumnType<boolean, boolean | undefined, boolean>;
  expires_at: Date | null;
  suspended: ColumnType<boolean, boolean | undefined, boolean>;
  changed_at: Date;
}

interface OneTimeLinksTable {
  id: string;
  purpose: string;
  tenant_id: string;
  user_id: string;
  flow_id: string | null;
  created_at: Date;
  expires_at: Date;
  used_at: Date | null;
}

interface TemporaryPasswordsTable {
  id: string;
  tenant_id: string;
  user_id: string;
  created_at: Date;
  created_by: Json;
  expires_at: Date | null;
  link_id: string | null;
  delivered_at: ColumnType<Date | null, never, Date>;
  opened_at: ColumnType<Date | null, never, Date>;
  used_at: ColumnType<Date | null, never, Date>;
  replaced_at: ColumnType<Date | null, never, Date>;
}

interface EventDayCountsTable {
  tenant_id: string;
  day: string;
  type: string;
  outcome: string;
  reason: string;
  method: string;
  count: string;
}

interface OpenFlowsTable {
  flow_id: string;
  tenant_id: string;
  user_id: string | null;
  first_at: Date;
  started: boolean;
  ended: boolean;
  blocked: string;
  proofs: number;
  passwords_rejected: number;
  asked_method: string;
  asked_at: Date | null;
  proved_method: string;
}

interface RegistrationSnapshotsTable {
  tenant_id: string;
  as_of: Date;
  asked_at: Date;
  claimed_until: Date;
  report: Json;
}

interface HelpRequestsTable {
  id: string;
  tenant_id: string;
  user_id: string;
  support_code: string;
  sealed_message: Buffer | null;
  times: ColumnType<number, number | undefined, number>;
  requested_at: Date;
  last_requested_at: Date;
  last_request_id: string;
  resolved_at: ColumnType<Date | null, never, Date>;
  resolved_by: ColumnType<object | null, never, string>;
  note: ColumnType<string | null, never, string | null>;
}

interface ApprovalsTable {
  id: string;
  tenant_id: string;
  kind: string;
  act: Json;
  requested_by: Json;
  state: "waiting" | "approved" | "denied" | "expired" | "withdrawn";
  created_at: Date;
  expires_at: Date;
  decided_by: ColumnType<object | null, never, string>;
  decided_at: ColumnType<Date | null, never, Date>;
  carried_out_at: ColumnType<Date | null, never, Date>;
  failure: ColumnType<object | null, never, string>;
  sealed_result: ColumnType<Buffer | null, never, Buffer | null>;
  result_until: ColumnType<Date | null, never, Date | null>;
}
