import { Readable } from "node:stream";
import { type Static, Type } from "typebox";
import { pageAsked, pageOut } from "../http/page.ts";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact, PageQuery, pageOf } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import type { Clock } from "../kit/clock.ts";
import { faulty } from "../kit/field-faults.ts";
import { Problem } from "../kit/problem.ts";
import type { Random } from "../kit/random.ts";
import { newId } from "../kit/random.ts";
import type { AuditEvent } from "./audit-event.ts";
import { AuditEventSchema } from "./audit-event-view.ts";
import { EXPORT_FORMATS, type ExportFormatName, formatAccepted } from "./audit-lines.ts";
import { type AuditFilter, filterOnRecord, keyOfPlace, type Narrowed, placeOfKey } from "./audit-query.ts";
import type { AuditRecords } from "./audit-records.pg.ts";

export interface AuditRoutes {
  readonly need: NeedRights;
  readonly records: AuditRecords;
  readonly record: (event: AuditEvent) => Promise<unknown>;
  readonly clock: Clock;
  readonly random: Random;
}

/** The database has no text with a NUL in it. */
const pattern = "^[^\\u0000]*$";
const Word = Type.String({ minLength: 1, maxLength: 320, pattern });
const Filters = {
  from: Type.Optional(Type.String({ format: "date-time", description: "From then on" })),
  to: Type.Optional(Type.String({ format: "date-time", description: "Before then" })),
  user: Type.Optional({ ...Word, description: "Id or user principal name of whom it is about" }),
  actor: Type.Optional({ ...Word, description: "Id or user principal name of who acted, or the id of an application" }),
  type: Type.Optional(Type.String({ pattern: "^[a-z][a-z0-9.-]{0,80}$", description: "One of the words of docs/audit.md" })),
  outcome: Type.Optional(Type.Unsafe<"success" | "failure" | "blocked">({ type: "string", enum: ["success", "failure", "blocked"] })),
  flow: Type.Optional(Type.String({ minLength: 1, maxLength: 100, pattern, description: "All of one reset, from the first click on" })),
};
const ListQuery = Type.Object({ ...Filters, ...PageQuery }, exact);
const ExportQuery = Type.Object(
  { ...Filters, format: Type.Optional(Type.Unsafe<ExportFormatName>({ type: "string", enum: Object.keys(EXPORT_FORMATS) })) },
  exact,
);
/** Two kinds of text, each sent as a stream. */
const Exported = Type.Unsafe<Readable>({
  description: "A line for each event, the oldest first",
  content: { "application/x-ndjson": { schema: Type.String() }, "text/csv": { schema: Type.String() } },
});
const about = { tags: ["Audit"], security: [{ accessToken: [] }] };
/** Events that are in memory at once. */
const PIECE = 500;

/** What happened, to be looked at page by page and to be taken away as a whole (contract, section 6). */
export function registerAuditRoutes(app: Server, use: AuditRoutes): void {
  const { need, records } = use;
  app.get(
    "/v1/audit-events",
    {
      onRequest: need("audit:read"),
      schema: {
        ...about,
        summary: "What happened, newest first",
        querystring: ListQuery,
        response: answers({ 200: pageOf(AuditEventSchema) }, 400, 401, 403, 503),
      },
    },
    async (request) => {
      const { limit, after } = pageAsked(request.query);
      const place = after === null ? null : placeOfKey(after);
      if (after !== null && place === null) throw new Problem("invalid-request", { detail: "The cursor is not one of this list." });
      const narrowed = await records.narrow(callerOf(request).tenantId, filterOf(request.query));
      const found = await records.page(narrowed, "newest", place, limit + 1);
      const { items, nextCursor } = pageOut(found, limit, (one) => keyOfPlace(one.place));
      return { items: items.map(({ event }) => ({ ...event, details: { ...event.details } })), nextCursor };
    },
  );
  app.get(
    "/v1/audit-events/export",
    {
      onRequest: need("audit:read"),
      schema: {
        ...about,
        summary: "What happened, as a file",
        description:
          "Streamed, the oldest first, up to the moment of the call. By `format`, or by Accept. Exporting is on the record itself.",
        querystring: ExportQuery,
        response: answers({ 200: Exported }, 400, 401, 403, 406, 503),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { format: asked, ...query } = request.query;
      const name = asked ?? formatAccepted(request.headers.accept);
      if (name === null) throw new Problem("not-acceptable", { detail: "Events come as application/x-ndjson or text/csv." });
      const now = use.clock.now();
      const filter = filterOf(query);
      const narrowed = await records.narrow(caller.tenantId, { ...filter, to: Math.min(filter.to ?? now, now) });
      await use.record({
        id: newId(use.random),
        at: now,
        tenantId: caller.tenantId,
        type: "audit.export",
        outcome: "success",
        actor: { kind: caller.kind, id: caller.id },
        details: { format: name, filter: filterOnRecord(narrowed) },
      });
      const format = EXPORT_FORMATS[name];
      return reply
        .header("content-type", format.contentType)
        .header("content-disposition", `attachment; filename="audit-events.${name}"`)
        .send(Readable.from(lines(records, narrowed, name), { objectMode: false }));
    },
  );
}

/** A page is read when the one before was taken, so that a slow reader costs no memory. */
async function* lines(records: AuditRecords, narrowed: Narrowed, name: ExportFormatName): AsyncGenerator<string> {
  const { header, line } = EXPORT_FORMATS[name];
  if (header !== "") yield header;
  let place = null;
  for (;;) {
    const found = await records.page(narrowed, "oldest", place, PIECE);
    if (found.length > 0) yield found.map(({ event }) => line(event)).join("");
    place = found.at(-1)?.place ?? null;
    if (found.length < PIECE) return;
  }
}

function filterOf({ from, to, user, actor, type, outcome, flow }: Omit<Static<typeof ListQuery>, "limit" | "cursor">): AuditFilter {
  return {
    ...(from === undefined ? {} : { from: timeOf("/from", from) }),
    ...(to === undefined ? {} : { to: timeOf("/to", to) }),
    ...(user === undefined ? {} : { user }),
    ...(actor === undefined ? {} : { actor }),
    ...(type === undefined ? {} : { type }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(flow === undefined ? {} : { flow }),
  };
}

/** @throws {Problem} `invalid-request` for a leap second, which the format knows and a clock does not */
function timeOf(field: string, text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw faulty([{ field, reason: "must be a time as in 2026-11-21T18:00:00Z" }]);
  return time;
}
