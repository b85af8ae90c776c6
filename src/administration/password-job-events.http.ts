import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { Type } from "typebox";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import type { JobKind, PasswordJob, PasswordJobStore } from "./password-job.ts";
import { PATHS } from "./password-job-view.ts";
import { findJob, JobParams, WATCHING } from "./password-jobs.http.ts";

export interface PasswordJobEventRoute {
  readonly need: NeedRights;
  readonly read: PasswordJobStore["read"];
}

/** Between two looks into the database, one statement each. */
const PAUSE_MS = 1_000;
/** Silence ends connections on the way: after so many looks without news a line that says nothing. */
const QUIET_LOOKS = 15;
const Stream = { description: "Done", content: { "text/event-stream": { schema: Type.String() } } };

/** The progress of a job as it comes: server-sent events (WHATWG HTML §9.2) until the job is over. */
export function registerPasswordJobEvents(app: Server, { need, read }: PasswordJobEventRoute, kind: JobKind): void {
  const stopping = new AbortController();
  app.addHook("preClose", async () => stopping.abort());
  app.get(
    `${PATHS[kind]}/:id/events`,
    {
      onRequest: need(WATCHING),
      schema: {
        tags: ["Password jobs"],
        security: [{ accessToken: [] }],
        summary: "The progress, as it comes",
        description:
          "Server-sent events named `progress` with `{ state, total, done, failed, skipped }`; the last one when the job is over.",
        params: JobParams,
        response: answers({ 200: Stream as never }, 400, 401, 403, 404, 503),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const job = await findJob(read, caller, kind, request.params.id);
      const gone = new AbortController();
      reply.raw.once("close", () => gone.abort());
      reply.header("content-type", "text/event-stream; charset=utf-8");
      reply.header("cache-control", "no-store, no-transform");
      // Understood by nginx and others: what is said now is to arrive now.
      reply.header("x-accel-buffering", "no");
      const again = () => read(caller.tenantId, kind, job.id);
      return reply.send(Readable.from(progress(job, again, AbortSignal.any([stopping.signal, gone.signal]))) as never);
    },
  );
}

async function* progress(first: PasswordJob, again: () => Promise<PasswordJob | null>, signal: AbortSignal): AsyncGenerator<string> {
  let job: PasswordJob | null = first;
  let told = "";
  let quiet = 0;
  while (job !== null) {
    const { state, total, done, failed, skipped }: PasswordJob = job;
    const data = JSON.stringify({ state, total, done, failed, skipped });
    quiet = data === told ? quiet + 1 : 0;
    if (quiet === 0) yield `event: progress\ndata: ${data}\n\n`;
    else if (quiet % QUIET_LOOKS === 0) yield ": \n\n";
    told = data;
    if (state !== "running") return;
    // Whoever has left, or a server that stops, ends it here: the stream just ends, and a client that is still there comes again.
    if (!(await pause(PAUSE_MS, true, { signal, ref: false }).catch(() => false))) return;
    job = await again();
  }
}
