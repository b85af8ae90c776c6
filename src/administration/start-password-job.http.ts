import { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import { bodyBytes } from "../http/body-stream.ts";
import { answerOnce, idempotencyKey, type KeptAnswer, type KeptAnswers } from "../http/idempotency.ts";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { spoolBody } from "../http/spooled-body.ts";
import type { Clock } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import type { Random } from "../kit/random.ts";
import { sha256 } from "../kit/seal.ts";
import { actOf } from "../users/user-writer.ts";
import type { JobKind, JobOrder } from "./password-job.ts";
import { ChangeBody, FileQuery, orderOfBody, orderOfFile, ResetBody } from "./password-job-bodies.ts";
import { JobView, PATHS, viewJob } from "./password-job-view.ts";
import type { StartPasswordJob } from "./start-password-job.ts";

export interface StartJobRoutes {
  readonly need: NeedRights;
  readonly startPasswordJob: StartPasswordJob;
  readonly keptAnswers: KeptAnswers;
  readonly clock: Clock;
  readonly random: Random;
}

/** Bytes. More than two hundred thousand people. */
const LARGEST = 16 * 1024 * 1024;
const CSV = "text/csv";
const Waiting = Type.Object({ approvalId: Type.String() }, exact);
const Started = Type.Union([JobView, Waiting]);
const about = { tags: ["Password jobs"], security: [{ accessToken: [] }] };
const headers = Type.Object({ "idempotency-key": Type.Optional(Type.String({ maxLength: 255 })) });
const response = answers({ 202: Started }, 400, 401, 403, 409, 413, 415, 422, 429, 503);

/** Resets and forced changes for many at once (contract, section 6). */
export function registerStartJobRoutes(app: Server, use: StartJobRoutes): void {
  app.register(async (scope: Server) => {
    scope.addContentTypeParser(CSV, (_request: FastifyRequest, payload: unknown, done: (error: null, body: unknown) => void) =>
      done(null, payload),
    );
    scope.post(
      PATHS.reset,
      {
        onRequest: use.need("resets:write"),
        bodyLimit: LARGEST,
        schema: {
          ...about,
          summary: "Reset the passwords of many",
          description: `Chosen people, a group, everybody, or a CSV file with the column userPrincipalName and perhaps password (\`mode\`, \`mustChange\`, \`emailTo\` then in the query); up to ${LARGEST / 1024 / 1024} MB. A job does it, each person once, whatever stops in between. Never the caller, never a break-glass account, nobody out of reach: they are skipped, with the reason. 202 with \`approvalId\`: a reset of everybody waits for a second person.`,
          headers,
          querystring: FileQuery,
          body: { content: { "application/json": { schema: ResetBody }, [CSV]: { schema: {} } } },
          response,
        },
      },
      async (request, reply) => {
        const { status, body, repeated } = await (request.body instanceof Readable ? fromFile : fromBody)(request, use, "reset");
        if (repeated) reply.header("idempotency-replayed", "true");
        return reply.code(status as 202).send(body as Static<typeof Started>);
      },
    );
  });
  app.post(
    PATHS.change,
    {
      onRequest: use.need("resets:write"),
      bodyLimit: LARGEST,
      schema: {
        ...about,
        summary: "Have many change their passwords",
        description: "At the next sign-in. Passwords stay until then, and sessions live on.",
        headers,
        body: ChangeBody,
        response,
      },
    },
    async (request, reply) => {
      const { status, body, repeated } = await fromBody(request, use, "change");
      if (repeated) reply.header("idempotency-replayed", "true");
      return reply.code(status as 202).send(body as Static<typeof Started>);
    },
  );
}

async function fromBody(request: FastifyRequest, use: StartJobRoutes, kind: JobKind) {
  const body = request.body as Static<typeof ResetBody>;
  if (Object.keys(request.query as object).length > 0)
    throw new Problem("invalid-request", { detail: "With a JSON body everything stands in the body." });
  return once(request, use, kind, () => sha256(JSON.stringify(body)), orderOfBody(kind, body));
}

/** Put aside first: whether it is the same file as before is known at its end, and rows are written more slowly than they are sent. */
async function fromFile(request: FastifyRequest, use: StartJobRoutes) {
  const query = request.query as Static<typeof FileQuery>;
  if (Number(request.headers["content-length"] ?? 0) > LARGEST) throw new Problem("payload-too-large");
  const spooled = await spoolBody(bodyBytes(request.body as Readable, LARGEST), use.random);
  try {
    // The file may have been minutes on its way.
    await request.readmit?.();
    const digest = () => `${JSON.stringify(query)} ${spooled.digest}`;
    return await once(request, use, "reset", digest, orderOfFile(query, spooled.read()));
  } finally {
    await spooled.close();
  }
}

async function once(
  request: FastifyRequest,
  { startPasswordJob, keptAnswers, clock }: StartJobRoutes,
  kind: JobKind,
  digest: () => string,
  order: JobOrder,
): Promise<KeptAnswer & { readonly repeated: boolean }> {
  const caller = callerOf(request);
  const key = idempotencyKey(request.headers["idempotency-key"]);
  const act = async (): Promise<KeptAnswer> => {
    const started = await startPasswordJob(actOf(caller, clock), order);
    if (started.outcome === "waiting") return { status: 202, body: { approvalId: started.approvalId } };
    return { status: 202, body: viewJob(started.job, clock.now()) };
  };
  if (key === null) return { ...(await act()), repeated: false };
  return answerOnce(keptAnswers, { caller: caller.id, key, request: `POST ${PATHS[kind]} ${digest()}` }, clock, act);
}
