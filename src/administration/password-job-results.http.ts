import { Readable } from "node:stream";
import { type Static, Type } from "typebox";
import type { Administering } from "../http/caller.ts";
import { pageAsked, pageOut } from "../http/page.ts";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact, Nothing, PageQuery, pageOf } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import type { Clock } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import { actOf } from "../users/user-writer.ts";
import {
  isRequester,
  type JobKind,
  type PasswordJob,
  type PasswordJobResults,
  type PasswordJobStore,
  passwordsOf,
} from "./password-job.ts";
import { passwordJobSheet } from "./password-job-sheet.ts";
import { PATHS, RowView, viewRow } from "./password-job-view.ts";
import { findJob, JobParams } from "./password-jobs.http.ts";

export interface PasswordJobResultRoutes {
  readonly need: NeedRights;
  readonly read: PasswordJobStore["read"];
  readonly results: PasswordJobResults;
  readonly clock: Clock;
}

const about = { tags: ["Password jobs"], security: [{ accessToken: [] }] };
const Page = pageOf(RowView);
/** A page of rows, or all of them as a stream of text. */
const Sheet = Type.Unsafe<Static<typeof Page> | Readable>({
  description: "Done",
  content: { "application/json": { schema: Page }, "text/csv": { schema: Type.String() } },
});

/** What became of each person, with the passwords that were made: for whoever asked for the job, and nobody else. */
export function registerPasswordJobResultRoutes(app: Server, use: PasswordJobResultRoutes, kind: JobKind): void {
  const { need, read, results, clock } = use;
  const path = `${PATHS[kind]}/:id/results`;
  /** Somebody else's is not there. */
  const find = async (caller: Administering, id: string): Promise<PasswordJob> => {
    const job = await findJob(read, caller, kind, id);
    if (!isRequester(job, caller)) throw new Problem("not-found");
    return job;
  };
  app.get(
    path,
    {
      onRequest: need("resets:write"),
      schema: {
        ...about,
        summary: "What became of each person",
        description:
          "For whoever asked for the job alone; others get 404. Each reading is recorded. Passwords that were made stand in it until they are acknowledged, or for 24 hours after the end; nobody was sent one, so each person must be told. `Accept: text/csv` answers all of it as a table.",
        params: JobParams,
        querystring: Type.Object(PageQuery, exact),
        response: answers({ 200: Sheet }, 400, 401, 403, 404, 503),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const job = await find(caller, request.params.id);
      const act = actOf(caller, clock);
      const open = passwordsOf(job, act.now) === "available";
      const asTable = wantsTable(request.headers.accept);
      const { limit, after } = pageAsked(request.query);
      const from = asTable ? 0 : positionOf(after);
      await results.recordReading(job, act, asTable ? "csv" : "json", from);
      if (asTable) {
        const lines = passwordJobSheet(job, (position, count) => results.rows(job, position, count, open));
        reply.header("content-type", "text/csv; charset=utf-8; header=present");
        reply.header("content-disposition", `attachment; filename="password-job-${job.id}.csv"`);
        return reply.send(Readable.from(lines));
      }
      const page = pageOut(await results.rows(job, from, limit + 1, open), limit, ({ position }) => String(position));
      return { ...page, items: page.items.map(viewRow) };
    },
  );
  app.post(
    `${path}/acknowledge`,
    {
      onRequest: need("resets:write"),
      schema: {
        ...about,
        summary: "The results are taken",
        description: "Deletes the passwords; the outcomes stay for thirty days. 409 while the job runs.",
        params: JobParams,
        response: answers({ 204: Nothing }, 400, 401, 403, 404, 409, 503),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const job = await find(caller, request.params.id);
      if (job.state === "running") throw new Problem("conflict", { detail: "The job still runs: there is more to come." });
      await results.acknowledge(job, actOf(caller, clock));
      return reply.code(204).send(null);
    },
  );
}

function wantsTable(accept: string | undefined): boolean {
  const wanted = (accept ?? "").toLowerCase();
  return wanted.includes("text/csv") && !wanted.includes("application/json");
}

function positionOf(after: string | null): number {
  const position = Number(after ?? 0);
  if (!Number.isInteger(position) || position < 0 || position > 2 ** 31 - 1)
    throw new Problem("invalid-request", { detail: "The cursor is not one of this list." });
  return position;
}
