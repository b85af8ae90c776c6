import { setTimeout as sleep } from "node:timers/promises";
import type { AskSecondPerson } from "../administration/two-person-rule.ts";
import type { NeedRights } from "../http/rights-guard.ts";
import type { Server } from "../http/server.ts";
import { type ChangePolicies, createChangePolicies } from "../policy/change-policy.ts";
import { createExplainEligibility } from "../policy/explain-eligibility.ts";
import { readGroupNames } from "../policy/group-names.pg.ts";
import { readPeopleOfShapes, readPeopleShapes } from "../policy/people-shapes.pg.ts";
import { registerPolicyRoutes } from "../policy/policy.http.ts";
import { registerPolicyHistoryRoutes } from "../policy/policy-history.http.ts";
import { registerPolicyPreviewRoute } from "../policy/policy-preview.http.ts";
import { createPolicyStore } from "../policy/policy-store.pg.ts";
import type { PolicyStore } from "../policy/policy-store.ts";
import { createPreviewPolicy, oneAtATime } from "../policy/preview-policy.ts";
import { registerResetEligibilityRoute } from "../policy/reset-eligibility.http.ts";
import { createAskPolicySpread } from "../presence/ask-policy-spread.pg.ts";
import { registerPolicySpreadRoute } from "../presence/policy-spread.http.ts";
import { createTenantStore } from "../tenants/tenant-store.pg.ts";
import { createUserRecords } from "../users/user-records.pg.ts";
import type { Common } from "./resets.ts";

export interface ComposedPolicy {
  readonly policies: PolicyStore;
  /** `change.agreed` carries out what a second person has agreed to. */
  readonly change: ChangePolicies;
  register(api: Server, need: NeedRights): void;
}

/** The policies: read, changed, tried out, explained. */
export function composePolicy({ db, random, clock, channels }: Common, askSecondPerson: AskSecondPerson): ComposedPolicy {
  const { deliverable } = channels;
  const policies = createPolicyStore({ db, random });
  const change = createChangePolicies({ store: policies, askSecondPerson });
  const tenants = createTenantStore(db);
  const previewPolicy = createPreviewPolicy({
    tenants,
    unknownGroups: policies.unknownGroups,
    readShapes: (...asked) => readPeopleShapes(db, ...asked),
    readPeople: (...asked) => readPeopleOfShapes(db, ...asked),
    deliverable,
  });
  const explain = createExplainEligibility({
    tenants,
    users: createUserRecords(db),
    groupNames: (...asked) => readGroupNames(db, ...asked),
  });
  const policyVersion = async (tenantId: string) => (await policies.read(tenantId)).version;
  const askSpread = createAskPolicySpread({ db, policyVersion, wait: (ms) => sleep(ms) });
  return {
    policies,
    change,
    register(api, need) {
      registerPolicyRoutes(api, { need, readPolicies: policies.read, change, clock });
      registerPolicyPreviewRoute(api, { need, previewPolicy: oneAtATime(previewPolicy), clock });
      registerResetEligibilityRoute(api, { need, explain, circumstances: () => ({ now: clock.now(), deliverable }) });
      registerPolicySpreadRoute(api, { need, askSpread });
      registerPolicyHistoryRoutes(api, { need, history: policies.history, restore: change.restore, clock });
    },
  };
}
