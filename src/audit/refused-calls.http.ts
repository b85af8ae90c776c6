import type { FastifyRequest } from "fastify";
import type { Server } from "../http/server.ts";
import { type Clock, MINUTE } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import { newId, type Random } from "../kit/random.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import { isUuid } from "../users/user-record.ts";
import type { AuditEvent } from "./audit-event.ts";

interface Deps {
  readonly record: (event: AuditEvent) => Promise<unknown>;
  readonly throttle: ThrottleStore;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Puts it on the record when somebody who is known calls what they may not (security.md S02): the routes that are registered after this. The
 * same call by the same caller is written once a minute, so that nobody fills the log; each target is a call of its own.
 */
export function recordRefusedCalls(app: Server, { record, throttle, clock, random }: Deps): void {
  app.addHook("onError", async (request, _reply, error: Error) => {
    if (!(error instanceof Problem) || error.code !== "forbidden") return;
    const caller = request.administering ?? request.turnedAway;
    if (caller === null || caller === undefined) return;
    const { kind, id, tenantId } = caller;
    const { missing, reason } = error.extensions;
    const details = { call: `${request.method} ${request.routeOptions.url}`, ...targetOf(request), missing };
    const now = clock.now();
    try {
      if (!(await throttle.once(`refused:${id}:${JSON.stringify(details)}`, now + MINUTE, now))) return;
      const what = { type: "administration.refused", outcome: "blocked", reason: String([missing].flat()[0]) } as const;
      await record({ id: newId(random), at: now, tenantId, ...what, actor: { kind, id }, details: { ...details, because: reason } });
    } catch (cause) {
      // It is refused whether or not it could be written.
      request.log.error({ err: cause }, "a refused call could not be recorded");
    }
  });
}

/** The id that was called, where it is one: a name is not for the record. */
function targetOf({ params }: FastifyRequest): { target?: string } {
  const { id } = (params ?? {}) as { id?: unknown };
  return typeof id === "string" && isUuid(id) ? { target: id.toLowerCase() } : {};
}
