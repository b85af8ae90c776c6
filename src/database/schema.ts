import type { ColumnType, Generated, JSONColumnType } from "kysely";

/** The tables as Kysely sees them. The truth is in `migrations/`; comments on columns stand there. */
export interface Database {
  tenants: TenantsTable;
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
  audit_events: AuditEventsTable;
  import_jobs: ImportJobsTable;
  import_rows: ImportRowsTable;
  idempotent_answers: IdempotentAnswersTable;
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

interface AuditEventsTable {
  id: string;
  at: Date;
  tenant_id: string | null;
  type: string;
  outcome: string;
  reason: string | null;
  actor: Json;
  user_id: string | null;
  flow_id: string | null;
  support_code: string | null;
  details: Json;
}

interface ImportJobsTable {
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

interface ImportRowsTable {
  job_id: string;
  line: number;
  user_principal_name: string | null;
  outcome: "created" | "updated" | "unchanged" | "failed";
  field: string | null;
  reason: string | null;
  position: ColumnType<number, number | undefined, number>;
}

interface IdempotentAnswersTable {
  caller: string;
  key: string;
  request_hash: string;
  status: number | null;
  body: JSONColumnType<object, string | null, string | null> | null;
  created_at: Date;
}
