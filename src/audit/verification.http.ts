import { Type } from "typebox";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { Problem } from "../kit/problem.ts";
import { type AuditProblem, PROBLEM_KINDS } from "./verification.ts";
import type { VerifyLog } from "./verify-log.pg.ts";

export interface VerificationRoute {
  readonly need: NeedRights;
  readonly verifyLog: VerifyLog;
}

const Bound = Type.String({ maxLength: 40, description: "The number of a batch, or a time" });
const Query = Type.Object(
  {
    from: Type.Optional(Bound),
    to: Type.Optional(Bound),
    expect: Type.Optional(
      Type.String({
        pattern: "^[1-9][0-9]{0,14}:[0-9a-f]{64}$",
        description: "`number:hash` of a head that was noted earlier: it must still be there",
      }),
    ),
  },
  exact,
);
const ProblemFound = Type.Object(
  {
    kind: Type.Unsafe<AuditProblem["kind"]>({ type: "string", enum: [...PROBLEM_KINDS] }),
    eventId: Type.Optional(Type.String()),
    batch: Type.Optional(Type.Integer()),
    detail: Type.String(),
  },
  exact,
);
const Result = Type.Object(
  {
    ok: Type.Boolean(),
    events: Type.Integer({ description: "Sealed events that were looked at" }),
    batches: Type.Integer(),
    unsealed: Type.Integer({ description: "Events that wait for their seal" }),
    head: Type.Union([Type.Object({ number: Type.Integer(), hash: Type.String() }, exact), Type.Null()]),
    problems: Type.Array(ProblemFound, { description: "At most 1,000" }),
  },
  exact,
);

/** Whether the log of the caller's organisation is as it was written (security.md S05). */
export function registerVerificationRoute(app: Server, { need, verifyLog }: VerificationRoute): void {
  const stopping = new AbortController();
  app.addHook("preClose", async () => stopping.abort(new Problem("unavailable", { retryAfter: LATER })));
  app.get(
    "/v1/audit-events/verification",
    {
      onRequest: need("audit:read"),
      schema: {
        tags: ["Audit"],
        security: [{ accessToken: [] }],
        summary: "Whether the audit log is as it was written",
        description:
          "Note `head`, outside of this service: with it a later call (`expect`) finds out whether the end of the log was taken away.",
        querystring: Query,
        response: answers({ 200: Result }, 400, 401, 403, 429, 503),
      },
    },
    async (request, reply) => {
      const gone = new AbortController();
      reply.raw.once("close", () => gone.abort(new Problem("unavailable", { retryAfter: LATER })));
      // A long log is read for longer than a connection may be silent otherwise. The next request on it is bounded again.
      request.raw.setTimeout(0);
      const { from, to, expect } = request.query;
      const [number = "", hash = ""] = expect?.split(":") ?? [];
      const { head, problems, ...found } = await verifyLog(callerOf(request).tenantId, {
        ...(from === undefined ? {} : { from: bound(from) }),
        ...(to === undefined ? {} : { to: bound(to) }),
        ...(expect === undefined ? {} : { expect: { number: Number(number), hash } }),
        signal: AbortSignal.any([stopping.signal, gone.signal]),
      });
      return { ...found, head: head === null ? null : { ...head }, problems: [...problems] };
    },
  );
}

/** Seconds. */
const LATER = 5;
const NUMBER = /^[1-9]\d{0,14}$/;

function bound(text: string): number | Date {
  if (NUMBER.test(text)) return Number(text);
  const time = new Date(text);
  // PostgreSQL knows the years that people write.
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new Problem("invalid-request", { detail: "from and to are numbers of batches, or times (RFC 3339)." });
}
