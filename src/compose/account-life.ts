import { registerAccountActRoutes } from "../administration/account-acts.http.ts";
import { createAccountActs } from "../administration/account-acts.pg.ts";
import { createActOnAccount } from "../administration/account-acts.ts";
import type { NeedRights } from "../http/rights-guard.ts";
import type { Server } from "../http/server.ts";
import { createLeave } from "../users/leave.ts";
import { registerLeavingRoutes } from "../users/leaving.http.ts";
import { createLeaving } from "../users/leaving.pg.ts";
import { createRoleGrants } from "../users/role-grants.pg.ts";
import { registerRoleRoutes } from "../users/roles.http.ts";
import type { Common } from "./resets.ts";

/** Roles, people who leave and come back, and accounts that are stuck, put together. */
export function composeAccountLife(api: Server, need: NeedRights, common: Common): void {
  const { clock, state } = common;
  const { versions, resets: store } = state;
  registerRoleRoutes(api, { need, grants: createRoleGrants(common), clock });
  registerLeavingRoutes(api, { need, leave: createLeave({ ...common, leaving: createLeaving(common), versions, store }), clock });
  const actOnAccount = createActOnAccount({ ...common, acts: createAccountActs(common), versions, store });
  registerAccountActRoutes(api, { need, actOnAccount, clock });
}
