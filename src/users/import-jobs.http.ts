import { Type } from "typebox";
import { pageAsked, pageOut } from "../http/page.ts";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact, PageQuery, pageOf } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import type { Clock } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import { ImportJobView, viewImportJob } from "./import.http.ts";
import { asOf, type ImportedRow, type ImportJob, type ImportStore, ROW_OUTCOMES, type RowOutcome } from "./import-job.ts";
import { isUuid } from "./user-record.ts";

export interface ImportJobRoutes {
  readonly need: NeedRights;
  readonly imports: Pick<ImportStore, "read" | "rows">;
  readonly clock: Clock;
}

const Outcome = Type.Unsafe<RowOutcome>({ type: "string", enum: [...ROW_OUTCOMES] });
const RowView = Type.Object(
  {
    line: Type.Integer({ description: "Of the file, from 1; the header counts." }),
    userPrincipalName: Type.Union([Type.String(), Type.Null()]),
    outcome: Outcome,
    field: Type.Optional(Type.String({ description: "Of the first problem." })),
    reason: Type.Optional(Type.String()),
    problems: Type.Optional(Type.Array(Type.Object({ field: Type.String(), reason: Type.String() }, exact))),
  },
  exact,
);
const Params = Type.Object({ id: Type.String({ maxLength: 100 }) }, exact);
const Query = Type.Object({ outcome: Type.Optional(Outcome), ...PageQuery }, exact);
const about = { tags: ["Users"], security: [{ accessToken: [] }] };

/** What became of an import, as a whole and row by row. Kept for thirty days. */
export function registerImportJobRoutes(app: Server, { need, imports, clock }: ImportJobRoutes): void {
  const find = async (tenantId: string, id: string): Promise<ImportJob> => {
    const job = isUuid(id) ? await imports.read(tenantId, id) : null;
    if (job === null) throw new Problem("not-found");
    return asOf(job, clock.now());
  };
  app.get(
    "/v1/import-jobs/:id",
    {
      onRequest: need("users:read"),
      schema: { ...about, summary: "An import", params: Params, response: answers({ 200: ImportJobView }, 400, 401, 403, 404, 503) },
    },
    async (request) => viewImportJob(await find(callerOf(request).tenantId, request.params.id)),
  );
  app.get(
    "/v1/import-jobs/:id/rows",
    {
      onRequest: need("users:read"),
      schema: {
        ...about,
        summary: "The rows of an import",
        params: Params,
        querystring: Query,
        response: answers({ 200: pageOf(RowView) }, 400, 401, 403, 404, 503),
      },
    },
    async (request) => {
      const { limit, after } = pageAsked(request.query);
      const line = Number(after ?? 0);
      if (!Number.isInteger(line) || line > 2 ** 31 - 1)
        throw new Problem("invalid-request", { detail: "The cursor is not one of this list." });
      const { id } = await find(callerOf(request).tenantId, request.params.id);
      const page = pageOut(await imports.rows(id, request.query.outcome ?? null, line, limit + 1), limit, (row) => String(row.line));
      return { ...page, items: page.items.map(viewRow) };
    },
  );
}

function viewRow({ line, userPrincipalName, outcome, problems }: ImportedRow) {
  const [first] = problems;
  return { line, userPrincipalName, outcome, ...(first === undefined ? {} : { ...first, problems: [...problems] }) };
}
