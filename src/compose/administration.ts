import type { Authorize } from "../http/caller.ts";
import { createKeptAnswers } from "../http/idempotency.pg.ts";
import { guardRights } from "../http/rights-guard.ts";
import type { Server } from "../http/server.ts";
import { createTurns } from "../kit/turns.ts";
import { valueTag } from "../methods/method-store.pg.ts";
import { registerPrefillRoutes } from "../registration/prefill-methods.http.ts";
import { createPrefillMethods } from "../registration/prefill-methods.ts";
import { createPrefillStore } from "../registration/prefill-store.pg.ts";
import { registerInterruptRoutes } from "../sign-in/interrupts.http.ts";
import { createInterruptsOf } from "../sign-in/interrupts.pg.ts";
import { createTenantStore } from "../tenants/tenant-store.pg.ts";
import { createChangeUser } from "../users/change-user.ts";
import { createCreateUser } from "../users/create-user.ts";
import { registerGroupMemberRoutes } from "../users/group-members.http.ts";
import { createGroupMembers } from "../users/group-members.pg.ts";
import { createGroupStore } from "../users/group-store.pg.ts";
import { registerGroupRoutes } from "../users/groups.http.ts";
import { registerImportRoute } from "../users/import.http.ts";
import { registerImportJobRoutes } from "../users/import-jobs.http.ts";
import { createImportStore } from "../users/import-store.pg.ts";
import { createListUsers, createReadUser } from "../users/list-users.ts";
import { createRequireRegistration } from "../users/require-registration.pg.ts";
import { createRunImport } from "../users/run-import.ts";
import { createRunningImports } from "../users/running-imports.ts";
import { createUserRecords } from "../users/user-records.pg.ts";
import { createUserWriter } from "../users/user-writer.pg.ts";
import { registerUserRoutes } from "../users/users.http.ts";
import { composeAccountLife } from "./account-life.ts";
import { composeApprovals, composeAskSecondPerson } from "./approvals.ts";
import { composeAudit, composeRefusals } from "./audit.ts";
import { composePasswordJobs } from "./password-jobs.ts";
import { composePolicy } from "./policy.ts";
import { composeReports } from "./reports.ts";
import type { Common } from "./resets.ts";
import { composeResetsForOthers } from "./resets-for-others.ts";

/** Batches of imports that are written at once, in this process: the rest of the connections is for people who wait. */
const IMPORT_BATCHES = 2;

/** The administration over HTTP, put together: people, their contact data, groups, imports and the policy. */
export function composeAdministration(common: Common, authorize: Authorize, importPatienceMs: number): (api: Server) => void {
  const { db, sealer, hasher, clock, random } = common;
  const { versions } = common.state;
  const { deliverable } = common.channels;
  const circumstances = () => ({ now: clock.now(), deliverable });
  const shared = { db, sealer, random };
  const tenants = createTenantStore(db);
  const records = { tenants, users: createUserRecords(db) };
  const writer = createUserWriter(shared);
  const readUser = createReadUser(records);
  const imports = createImportStore(shared);
  const askSecondPerson = composeAskSecondPerson(common);
  const policy = composePolicy(common, askSecondPerson);
  const resetsForOthers = composeResetsForOthers(common, askSecondPerson);
  const prefilled = createPrefillStore(shared);
  const passwordJobs = composePasswordJobs(common, askSecondPerson);

  return (api) => {
    composeRefusals(common, api);
    const need = guardRights(api, authorize);
    registerUserRoutes(api, {
      need,
      createUser: createCreateUser({ tenants, writer, hasher }),
      changeUser: createChangeUser({ writer, versions }),
      readUser,
      listUsers: createListUsers(records),
      circumstances,
      clock,
    });
    registerInterruptRoutes(api, {
      need,
      readUser,
      interruptsOf: createInterruptsOf({ db, deliverable }),
      requireRegistration: createRequireRegistration(shared),
      circumstances,
      clock,
    });
    registerPrefillRoutes(api, { need, readUser, prefillMethods: createPrefillMethods({ store: prefilled }), circumstances, clock });
    composeAccountLife(api, need, common);
    registerGroupRoutes(api, { need, groups: createGroupStore(shared), clock });
    registerGroupMemberRoutes(api, { need, members: createGroupMembers(shared), clock });
    registerImportRoute(api, {
      need,
      runImport: createRunImport({
        store: imports,
        tenants,
        hasher,
        versions,
        tagOf: (method) => valueTag(sealer, method),
        turns: createTurns(IMPORT_BATCHES),
        clock,
      }),
      running: createRunningImports(importPatienceMs, (error) => api.log.error({ err: error }, "an import ended before its end")),
      readJob: imports.read,
      keptAnswers: createKeptAnswers({ db, sealer }),
      clock,
      random,
    });
    registerImportJobRoutes(api, { need, imports, clock });
    policy.register(api, need);
    passwordJobs.register(api, need);
    resetsForOthers.register(api, need);
    composeApprovals(common, authorize, {
      change: policy.change,
      resets: resetsForOthers.resets,
      startPasswordJob: passwordJobs.startPasswordJob,
    })(api);
    composeReports(common, api, need);
    composeAudit(common, need)(api);
  };
}
