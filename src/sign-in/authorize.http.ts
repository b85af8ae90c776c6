import type { Administering, Authenticate, Authorize } from "../http/caller.ts";
import { lacking } from "../http/rights-guard.ts";
import { isRight, type Right } from "../kit/rights.ts";
import { rightsOf } from "../users/rights.ts";
import type { RequireSecondStep } from "./require-second-step.ts";
import type { Session } from "./session.ts";

interface Deps {
  readonly authenticate: Authenticate<Session>;
  readonly requireSecondStep: RequireSecondStep;
}

/**
 * Applications by their scopes, people by their roles as these are now. Whoever only looks needs a session; whoever changes something needs a
 * second step that is fresh (security.md K04). Before that is asked for, it is said whether it would help.
 */
export function createAuthorize({ authenticate, requireSecondStep }: Deps): Authorize {
  return async (request, needed) => {
    const caller = await authenticate(request);
    if (caller.kind === "app") {
      const { id, tenantId, scopes } = caller;
      return within({ kind: "app", id, tenantId, roles: [], rights: new Set(scopes.filter(isRight)) }, needed);
    }
    const { id, tenantId } = caller;
    const { account, demand } = await requireSecondStep(caller);
    const person = within({ kind: "user", id, tenantId, roles: account.roles, rights: rightsOf(account.roles) }, needed);
    if (needed.some((right) => right.endsWith(":write"))) demand();
    return person;
  };
}

function within(caller: Administering, needed: readonly Right[]): Administering {
  for (const right of needed) if (!caller.rights.has(right)) throw lacking(caller.kind, right);
  return caller;
}
