import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { PROBLEMS, Problem, type ProblemCode } from "../kit/problem.ts";

/** Turns an error of a slice into a problem; `undefined` for what it does not know. Given by `compose`, since `http/` knows no slice. */
export type TranslateError = (error: unknown) => Problem | undefined;

export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

/** The document of a problem (RFC 9457 §3.1). */
export function problemDocument(problem: Problem, publicUrl: string): Record<string, unknown> {
  const [status, title] = PROBLEMS[problem.code];
  return { type: `${publicUrl}/problems/${problem.code}`, title, status, code: problem.code, ...problem.extensions };
}

/**
 * Whatever was thrown, as a problem. Refusals pass through, the framework's own errors get their code, a part that is away is 503, and
 * the rest is 500 without a word about the inside (security.md N02).
 */
export function toProblem(error: unknown, translate: TranslateError): Problem {
  if (error instanceof Problem) return error;
  const translated = translate(error);
  if (translated !== undefined) return translated;
  const { validation, validationContext, statusCode, code } = error as Partial<FastifyError>;
  if (validation !== undefined) {
    const errors = validation.map(({ instancePath, params, message }) => ({
      field: `${instancePath}${typeof params.missingProperty === "string" ? `/${params.missingProperty}` : ""}${typeof params.additionalProperty === "string" ? `/${params.additionalProperty}` : ""}`,
      reason: reasonOf(params, message),
    }));
    return new Problem("invalid-request", { detail: `${WHERE[validationContext ?? "body"]} not valid.`, extensions: { errors } });
  }
  const known = FRAMEWORK[statusCode ?? 0];
  if (known !== undefined && typeof code === "string" && code.startsWith("FST_")) return new Problem(known, { cause: error });
  if (statusCode === 400) return new Problem("invalid-request", { cause: error });
  if (isAway(error)) return new Problem("unavailable", { retryAfter: 5, cause: error });
  return new Problem("internal-error", { cause: error });
}

const WHERE = { body: "The body is", querystring: "The query is", params: "The path is", headers: "The headers are" } as const;

/** What is allowed, where that is a few words or one: a caller cannot guess it. */
function reasonOf({ allowedValues, allowedValue }: Readonly<Record<string, unknown>>, message = "is not valid"): string {
  if (Array.isArray(allowedValues) && allowedValues.length <= 12) return `must be one of: ${allowedValues.join(", ")}`;
  return allowedValue === undefined ? message : `must be ${JSON.stringify(allowedValue)}`;
}

const FRAMEWORK: Readonly<Record<number, ProblemCode>> = {
  400: "invalid-request",
  404: "not-found",
  406: "not-acceptable",
  413: "payload-too-large",
  // A path too long to be one of ours.
  414: "not-found",
  415: "unsupported-media-type",
  503: "unavailable",
};

const AWAY_CODES =
  /^(ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT|08\w{3}|53\w{3}|57P0[123]|57014|55P03|25006|25P03|28\w{3}|3D000|40001|40P01|NR_CLOSED)$/;
const AWAY_WORDS =
  /^(Connection is closed|Connection terminated|timeout exceeded when trying to connect|Command timed out|Reached the max retries|Stream isn't writeable|Client has encountered a connection error|Client was closed|Query read timeout|LOADING|READONLY|CLUSTERDOWN|MASTERDOWN)/i;

/** PostgreSQL or Redis cannot be reached, or does not answer in time: nothing is decided, the caller may come again (security.md C13). */
function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  // PostgreSQL ends the connection with this word, for whatever reason: a database that takes none, a server that goes down.
  if (severity === "FATAL" || severity === "PANIC") return true;
  if (typeof code === "string" && AWAY_CODES.test(code)) return true;
  if (AWAY_WORDS.test(error.message) || error.name === "MaxRetriesPerRequestError") return true;
  return error instanceof AggregateError && error.errors.some(isAway);
}

/** The one translator of thrown errors to answers. */
export function createProblemAnswer(options: { publicUrl: string; translate: TranslateError }) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): unknown => {
    const problem = toProblem(error, options.translate);
    if (problem.status >= 500) request.log.error({ err: problem.cause ?? error, problem: problem.code }, "request failed");
    if (problem.retryAfter !== undefined) reply.header("retry-after", String(problem.retryAfter));
    if (problem.status === 401) reply.header("www-authenticate", problem.wwwAuthenticate ?? 'Bearer realm="rekey"');
    return reply
      .code(problem.status)
      .type(PROBLEM_TYPE)
      .send(JSON.stringify({ ...problemDocument(problem, options.publicUrl), instance: `urn:request:${request.id}` }));
  };
}
