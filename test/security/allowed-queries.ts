import type { Allowed } from "./query-guard.ts";

const OWN = "of the person whose session or proved reset it is";
const LOCKED = "the person was found and locked under the caller's tenant in the same transaction (`lockPerson`)";
const BY_AGE = "housekeeping: what is old is forgotten in every tenant, and nobody reads it";
const RUNNING = "the id is of the job that this very process began, or that the queue holds";
const SEALING = "the audit log is sealed as one chain over all tenants; nobody reads it by this";

/**
 * Statements on a tenant's things that name no tenant, each with the reason why that cannot reach another one's. Before you add a line: where
 * did the id come from?
 */
export const ALLOWED: readonly Allowed[] = [
  { statement: /^delete from (?:import|password)_(?:jobs|job_rows|rows) where .* skip locked\) returning 1$/, reason: BY_AGE },
  {
    statement:
      /^delete from (?:approvals|help_requests|one_time_links|authentication_methods|temporary_passwords) where id in .* skip locked\) returning 1$/,
    reason: BY_AGE,
  },
  { statement: /^delete from event_day_counts where ctid in .* skip locked\) returning 1$/, reason: BY_AGE },
  {
    statement: /^delete from users where id in \(select id from users where deleted_at <= \$1 .* returning id, tenant_id as tenantid$/,
    reason: BY_AGE,
  },
  { statement: /^update approvals set (?:sealed_result = null|state = 'expired').* skip locked\) returning /, reason: BY_AGE },
  { statement: /^update password_job_rows set sealed_password = null where .* skip locked\) returning 1$/, reason: BY_AGE },

  {
    statement: /^select e\.\* from unnest\(\$1::text\[\], \$2::timestamptz\[\]\) as (?:mark|sealed)\(id, at\) join audit_events e /,
    reason: SEALING,
  },
  {
    statement: /^with taken as \(delete from audit_unsealed .* returning id, at, tenant_id\) select \* from taken order by at, id$/,
    reason: SEALING,
  },

  { statement: /^update import_jobs set .* where id = \$\d(?: returning \*)?$/, reason: RUNNING },
  { statement: /^select (?:\*|1) from password_jobs where id = \$1 and /, reason: RUNNING },
  {
    statement:
      /^update password_jobs set total = \(select count\(\*\)::integer from password_job_rows where job_id = \$1\) where id = \$2 /,
    reason: RUNNING,
  },
  {
    statement:
      /^with mine as materialized \(select id, reached from password_jobs where id = \$1 and part = \$2 and state = 'running' for update\)/,
    reason: RUNNING,
  },

  { statement: /^select array\(select role from held_roles where user_id = \$1 order by role\) as roles, exists /, reason: LOCKED },
  { statement: /^select (?:upn_key|break_glass, directory_id) from users where id = \$1$/, reason: LOCKED },
  {
    statement: /^update users set (?:deleted_at = \$1|enabled = false|must_register = \$1, updated_at = \$2) where id = \$\d$/,
    reason: LOCKED,
  },
  {
    statement:
      /^update users set credential_version = credential_version \+ \$1, updated_at = \$2 where id = \$3 returning credential_version$/,
    reason: LOCKED,
  },
  {
    statement:
      /^update (?:one_time_links|temporary_passwords) set (?:expires_at|replaced_at|used_at) = \$1 where user_id = \$2 and used_at is null and /,
    reason: LOCKED,
  },

  { statement: /^select coalesce\(u\.security_info_confirmed_at, .* where u\.id = \$1 group by u\.id$/, reason: OWN },
  { statement: /^select credential_version from users where id = \$1 and enabled = \$2 and deleted_at is null$/, reason: OWN },
  { statement: /^select usage_location from users where id = \$1 and deleted_at is null and enabled for update$/, reason: OWN },
  { statement: /^update users set (?:registration_asked_at = .*|security_info_confirmed_at = \$1) where id = \$2$/, reason: OWN },
  {
    statement: /^select q\.id, q\.tenant_id from spread_questions q where /,
    reason: "each process answers whoever asks, with a version of the asking tenant alone",
  },
  {
    statement: /^delete from spread_questions where id in \(select id from spread_questions where asked_at <= /,
    reason: "questions that nobody waits for",
  },
  {
    statement: /^update authentication_methods method set consecutive_failures = .* where method\.id = count\.methodid$/,
    reason: "ids of methods that were in a flow of ours, from its recorded steps",
  },
];
