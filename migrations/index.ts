import type { Migration } from "kysely/migration";
import * as tenants from "./0001_tenants.ts";
import * as usersAndGroups from "./0002_users_and_groups.ts";
import * as authenticationMethods from "./0003_authentication_methods.ts";
import * as passwords from "./0004_passwords.ts";
import * as appsAndKeys from "./0005_apps_and_keys.ts";
import * as resetsAndAudit from "./0006_resets_and_audit.ts";
import * as imports from "./0007_imports.ts";
import * as keyLifetimes from "./0008_key_lifetimes.ts";
import * as ages from "./0009_ages.ts";
import * as securityInfo from "./0010_security_info.ts";
import * as rolesAndReach from "./0011_roles_and_reach.ts";
import * as temporaryPasswords from "./0012_temporary_passwords.ts";
import * as passwordJobs from "./0013_password_jobs.ts";
import * as processes from "./0014_processes.ts";
import * as sealedAuditLog from "./0015_sealed_audit_log.ts";
import * as reports from "./0016_reports.ts";
import * as tenantLife from "./0017_tenant_life.ts";
import * as helpRequests from "./0018_help_requests.ts";
import * as approvals from "./0019_approvals.ts";
import * as removedPeople from "./0020_removed_people.ts";

/** Named one by one, so that the compiler sees them and nothing is read from a folder at run time. */
export const migrations: Record<string, Migration> = {
  "0001_tenants": tenants,
  "0002_users_and_groups": usersAndGroups,
  "0003_authentication_methods": authenticationMethods,
  "0004_passwords": passwords,
  "0005_apps_and_keys": appsAndKeys,
  "0006_resets_and_audit": resetsAndAudit,
  "0007_imports": imports,
  "0008_key_lifetimes": keyLifetimes,
  "0009_ages": ages,
  "0010_security_info": securityInfo,
  "0011_roles_and_reach": rolesAndReach,
  "0012_temporary_passwords": temporaryPasswords,
  "0013_password_jobs": passwordJobs,
  "0014_processes": processes,
  "0015_sealed_audit_log": sealedAuditLog,
  "0016_reports": reports,
  "0017_tenant_life": tenantLife,
  "0018_help_requests": helpRequests,
  "0019_approvals": approvals,
  "0020_removed_people": removedPeople,
};
