import type { FastifyRequest } from "fastify";
import type { Administering, Authenticate, Authorize, NeededRight } from "../http/caller.ts";
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
 * Applications by their scopes, people by their roles as these are now. Whoever only looks needs a session that had a second
 * step where the roles ask for one; whoever changes something needs a second step that is fresh (security.md K04). Before that is asked for, it is said whether it would help.
 */
export function createAuthorize({ authenticate, requireSecondStep }: Deps): Authorize {
  return async (request, needed) => {
    const caller = await authenticate(request);
    if (caller.kind === "app") {
      const { id, tenantId, scopes } = caller;
      return within({ kind: "app", id, tenantId, roles: [], rights: new Set(scopes.filter(isRight)) }, needed, request);
    }
    const { id, tenantId } = caller;
    const { account, demand, demandOnce } = await requireSecondStep(caller);
    const person = within({ kind: "user", id, tenantId, roles: account.roles, rights: rightsOf(account.roles) }, needed, request);
    if (needed.some((right) => oneOf(right)[0].endsWith(":write"))) demand();
    else demandOnce();
    return person;
  };
}

function within(caller: Administering, needed: readonly NeededRight[], request: FastifyRequest): Administering {
  const lacked = needed.map(oneOf).find((right) => !right.some((one) => caller.rights.has(one)));
  if (lacked === undefined) return caller;
  request.turnedAway = caller;
  throw lacking(caller.kind, lacked[0]);
}

function oneOf(right: NeededRight): readonly [Right, ...Right[]] {
  return typeof right === "string" ? [right] : right;
}
