import { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import { bodyBytes } from "../http/body-stream.ts";
import { answerOnce, idempotencyKey, type KeptAnswers } from "../http/idempotency.ts";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact, Timestamp } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { spoolBody } from "../http/spooled-body.ts";
import { type Clock, timestamp } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import type { Random } from "../kit/random.ts";
import type { ImportJob, ImportStore } from "./import-job.ts";
import type { RunImport } from "./run-import.ts";
import type { RunningImports } from "./running-imports.ts";

export interface ImportRoute {
  readonly need: NeedRights;
  readonly runImport: RunImport;
  readonly running: RunningImports;
  readonly readJob: ImportStore["read"];
  readonly keptAnswers: KeptAnswers;
  readonly clock: Clock;
  readonly random: Random;
}

/** Bytes. About two million people. */
const LARGEST_FILE = 200 * 1024 * 1024;
const KINDS = { "text/csv": "csv", "application/x-ndjson": "ndjson" } as const;
const PATH = "/v1/users/import";

const count = Type.Integer({ minimum: 0 });
export const ImportJobView = Type.Object(
  {
    id: Type.String(),
    state: Type.Unsafe<ImportJob["state"]>({ type: "string", enum: ["receiving", "running", "done", "failed"] }),
    total: count,
    created: count,
    updated: count,
    unchanged: count,
    failed: count,
    detail: Type.Optional(Type.String()),
    createdAt: Timestamp,
    finishedAt: Type.Union([Timestamp, Type.Null()]),
  },
  exact,
);

export function viewImportJob({ detail, createdAt, aliveAt: _, finishedAt, ...job }: ImportJob): Static<typeof ImportJobView> {
  const times = { createdAt: timestamp(createdAt), finishedAt: finishedAt === null ? null : timestamp(finishedAt) };
  return { ...job, ...(detail === null ? {} : { detail }), ...times };
}

/** Takes a file of people (contract, section 6). The answer comes when it is done, or says after a while that it runs. */
export function registerImportRoute(app: Server, use: ImportRoute): void {
  app.addHook("preClose", async () => use.running.stopSoon());
  app.addHook("onClose", async () => use.running.stop());
  app.register(async (scope: Server) => {
    // In this scope a body is a stream: nothing gathers it.
    scope.removeAllContentTypeParsers();
    for (const type of Object.keys(KINDS)) scope.addContentTypeParser(type, (_request, payload, done) => done(null, payload));
    scope.post(
      PATH,
      {
        onRequest: use.need("users:write", "methods:write"),
        schema: {
          tags: ["Users"],
          security: [{ accessToken: [] }],
          summary: "Import people",
          description: `CSV as Microsoft Entra's "Download users" gives it, or one JSON object a line; up to ${LARGEST_FILE / 1024 / 1024} MB. Each row gets an outcome. Groups are made as they are named (scope groups:write). A password counts for people who have none. The same file twice changes nothing. The answer comes when all is done; what takes longer than some seconds is answered as \`running\`: ask for the job (scope users:read).`,
          headers: Type.Object({ "idempotency-key": Type.Optional(Type.String({ maxLength: 255 })) }),
          body: { content: Object.fromEntries(Object.keys(KINDS).map((type) => [type, { schema: {} }])) },
          response: answers({ 202: ImportJobView }, 400, 401, 403, 409, 413, 415, 422, 503),
        },
      },
      async (request, reply) => {
        const { status, body, repeated } = await importFile(request, use);
        if (repeated) reply.header("idempotency-replayed", "true");
        return reply
          .code(status as 202)
          .header("location", `/v1/import-jobs/${body.id}`)
          .send(body as Static<typeof ImportJobView>);
      },
    );
  });
}

async function importFile(request: FastifyRequest, use: ImportRoute) {
  const kind = kindOf(request.headers["content-type"]);
  const { body } = request;
  if (kind === null || !(body instanceof Readable)) throw new Problem("unsupported-media-type");
  if (Number(request.headers["content-length"] ?? 0) > LARGEST_FILE) throw new Problem("payload-too-large");
  const key = idempotencyKey(request.headers["idempotency-key"]);
  use.running.admit();
  // Put aside first: rows are written more slowly than they are sent, and an upload has a time limit. And whether it is the same body as
  // before is known at its end.
  const spooled = await spoolBody(bodyBytes(body, LARGEST_FILE), use.random);
  let taken = false;
  const run = async (alive: () => Promise<void>) => {
    taken = true;
    const { tenantId, kind: callerKind, id, rights } = callerOf(request);
    const asked = { tenantId, actor: { kind: callerKind, id }, groupsAllowed: rights.has("groups:write"), kind, alive } as const;
    const job = await use.running.run((attendance) =>
      use.runImport({ ...asked, ...attendance, bytes: spooled.read() }).finally(() => spooled.close()),
    );
    return { status: 202, body: viewImportJob(typeof job === "string" ? await runningJob(use, tenantId, job) : job) };
  };
  try {
    // The file may have been minutes on its way.
    await request.readmit?.();
    if (key === null) return { ...(await run(async () => undefined)), repeated: false };
    const call = { caller: callerOf(request).id, key, request: `POST ${PATH} ${kind} ${spooled.digest}` };
    return await answerOnce(use.keptAnswers, call, use.clock, run);
  } finally {
    if (!taken) await spooled.close();
  }
}

async function runningJob({ readJob }: ImportRoute, tenantId: string, id: string): Promise<ImportJob> {
  const job = await readJob(tenantId, id);
  if (job === null) throw new Error(`the running import ${id} is not there`);
  return job;
}

function kindOf(contentType: string | undefined): "csv" | "ndjson" | null {
  const type = contentType?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return Object.hasOwn(KINDS, type) ? KINDS[type as keyof typeof KINDS] : null;
}
