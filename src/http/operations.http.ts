import swaggerUi from "@fastify/swagger-ui";
import { collectDefaultMetrics, Histogram, type Registry } from "prom-client";
import { Type } from "typebox";
import { PROBLEMS, Problem, type ProblemCode } from "../kit/problem.ts";
import { settledWithin } from "../kit/settled-within.ts";
import { answers, exact } from "./schemas.ts";
import type { Server } from "./server.ts";

export interface Operations {
  /** Named checks of what serving needs. Each resolves when all is well. */
  readonly ready: Readonly<Record<string, () => Promise<void>>>;
  readonly registry: Registry;
}

const Ready = Type.Object({ ready: Type.Boolean(), checks: Type.Record(Type.String(), Type.Boolean()) }, exact);
const tags = ["Operations"];

/** A check that takes longer than this has failed: whoever asks has a time limit too. */
const READY_WITHIN_MS = 2_000;

/** What operators' machines ask of every process, a worker too: alive, ready, metrics. */
export function registerProbes(app: Server, { ready, registry }: Operations): void {
  app.get(
    "/healthz",
    { schema: { tags, summary: "The process is alive", response: { 200: Type.Object({ alive: Type.Literal(true) }, exact) } } },
    async () => ({
      alive: true as const,
    }),
  );
  app.get(
    "/readyz",
    { schema: { tags, summary: "The service can serve", response: { 200: Ready, 503: Ready } } },
    async (_request, reply) => {
      const names = Object.keys(ready);
      const results = await Promise.all(names.map((name) => passes(ready[name])));
      const checks = Object.fromEntries(names.map((name, index) => [name, results[index] === true]));
      const all = Object.values(checks).every(Boolean);
      if (!all) reply.header("retry-after", "5");
      return reply.code(all ? 200 : 503).send({ ready: all, checks });
    },
  );
  app.get(
    "/metrics",
    { schema: { tags, summary: "Metrics for Prometheus", produces: ["text/plain"], response: { 200: Type.String() } } },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );
}

async function passes(check: () => Promise<void> = async () => undefined): Promise<boolean> {
  let passed = false;
  const run = check().then(() => {
    passed = true;
  });
  await settledWithin(READY_WITHIN_MS, [run]);
  return passed;
}

/** What operators and whoever writes against the API ask: the probes, documentation, and what a problem means. */
export async function registerOperations(app: Server, operations: Operations): Promise<void> {
  registerProbes(app, operations);
  app.get(
    "/problems/:code",
    {
      schema: {
        tags,
        summary: "What a problem means",
        params: Type.Object({ code: Type.String({ maxLength: 100 }) }, exact),
        produces: ["text/plain"],
        response: answers({ 200: Type.String() }, 404),
      },
    },
    async (request, reply) => {
      const { code } = request.params;
      if (!Object.hasOwn(PROBLEMS, code)) throw new Problem("not-found");
      const [status, title, help] = PROBLEMS[code as ProblemCode];
      return reply.type("text/plain; charset=utf-8").send(`${code} (${status})\n\n${title}\n\n${help}\n`);
    },
  );
  app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
  await app.register(swaggerUi, { routePrefix: "/docs", staticCSP: true, uiConfig: { tryItOutEnabled: false } });
}

/** Counts and times of requests by route and status. A route is a pattern, never a path: ids do not become labels. */
export function measureRequests(app: Server, registry: Registry): void {
  collectDefaultMetrics({ register: registry, prefix: "rekey_" });
  const seconds = new Histogram({
    name: "rekey_http_request_seconds",
    help: "Time to answer, by route and status",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  app.addHook("onResponse", async (request, reply) => {
    seconds.observe(
      { method: request.method, route: request.routeOptions.url ?? "none", status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
  });
}
