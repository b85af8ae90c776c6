import type { IncomingMessage, ServerResponse } from "node:http";
import helmet from "@fastify/helmet";
import swagger from "@fastify/swagger";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest, LogController, type RawServerDefault } from "fastify";
import { Problem } from "../kit/problem.ts";
import { newId, type Random } from "../kit/random.ts";
import { readJsonBody } from "./json-body.ts";
import { refuseUnreadBody } from "./no-body.ts";
import { createProblemAnswer, type TranslateError } from "./problem-answer.ts";
import { createConnectionRefusal } from "./refused-connection.ts";
import { ProblemSchema } from "./schemas.ts";

/** A server whose routes are typed by their schemas. */
export type Server = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxTypeProvider>;

export interface ServerOptions {
  readonly publicUrl: string;
  readonly trustProxy: number;
  readonly logger: FastifyBaseLogger;
  readonly random: Random;
  readonly translate: TranslateError;
  readonly version: string;
}

/** JSON bodies are short; imports set a limit of their own. */
const BODY_LIMIT = 64 * 1024;

/** No page needs what a browser could be asked for (security.md O04). */
const PERMISSIONS = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()";

/** The door: parsing, problems, safety headers, documentation. Routes are registered on it by `compose`. */
export async function createServer(options: ServerOptions): Promise<Server> {
  const answer = createProblemAnswer(options);
  const app = Fastify({
    loggerInstance: options.logger,
    trustProxy: options.trustProxy === 0 ? false : trustHops(options.trustProxy),
    bodyLimit: BODY_LIMIT,
    // To receive a request whole, a file of a million people too; what is done with it then has its own time. Headers have a shorter limit.
    requestTimeout: 900_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 72_000,
    genReqId: () => newId(options.random),
    requestIdHeader: false,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: "requestId" }),
    return503OnClosing: true,
    routerOptions: { maxParamLength: 500 },
    // What has no route runs no hook: a path that cannot be decoded, or is too long.
    frameworkErrors: (error, request, reply) => void answer(error, request, reply.header("cache-control", "no-store")),
    clientErrorHandler: createConnectionRefusal(options.publicUrl),
    // What is wrong is refused: nothing is coerced, filled in or dropped in silence (security.md N05, attacks A28).
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false, allErrors: false } },
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, async (_request: FastifyRequest, body: Buffer) => readJsonBody(body));
  app.addSchema(ProblemSchema);
  app.setErrorHandler(answer);
  app.setNotFoundHandler((request, reply) => answer(new Problem("not-found"), request, reply));
  app.addHook("onRequest", async (request, reply) => {
    reply.header("cache-control", "no-store");
    reply.header("permissions-policy", PERMISSIONS);
    // RFC 9112 §3.2: two of them are an attempt to be taken for two (attacks A04).
    const hosts = request.raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "host");
    if (hosts.length > 1) throw new Problem("invalid-request", { detail: "The request has more than one Host." });
  });
  app.addHook("preValidation", refuseUnreadBody);
  logRequests(app);
  await app.register(helmet, safetyHeaders(options.publicUrl));
  await app.register(swagger, documentation(options));
  return app;
}

/**
 * So many proxies in front are ours: their report of the hop before is believed, and nothing a client puts into the header itself.
 * A function, since Fastify trusts nobody when it is given a mere number.
 */
function trustHops(count: number) {
  return (_address: string, hop: number): boolean => hop < count;
}

/** One line for each request: what, how it ended, how long. Neither address nor query nor body: they are personal (security.md S03). */
function logRequests(app: Server): void {
  app.addHook("onResponse", async (request, reply) => {
    const { method, routeOptions } = request;
    request.log.info({ method, route: routeOptions.url ?? "none", status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, "request");
  });
}

function safetyHeaders(publicUrl: string) {
  const self = ["'self'"];
  const none = ["'none'"];
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: none,
        scriptSrc: self,
        styleSrc: self,
        imgSrc: [...self, "data:"],
        connectSrc: self,
        formAction: self,
        baseUri: none,
        frameAncestors: none,
        objectSrc: none,
        requireTrustedTypesFor: ["'script'"],
        trustedTypes: none,
      },
    },
    referrerPolicy: { policy: "no-referrer" as const },
    hsts: publicUrl.startsWith("https://") ? { maxAge: 63_072_000, includeSubDomains: true } : false,
    crossOriginOpenerPolicy: { policy: "same-origin" as const },
    crossOriginResourcePolicy: { policy: "same-origin" as const },
    xFrameOptions: { action: "deny" as const },
  };
}

function documentation({ publicUrl, version }: ServerOptions) {
  return {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Rekey",
        version,
        description: "Self-service password reset: prove who you are, set a new password, alone.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      servers: [{ url: publicUrl }],
      components: {
        securitySchemes: {
          accessToken: {
            type: "http" as const,
            scheme: "bearer",
            bearerFormat: "JWT",
            description: "Of a person (sign-in) or an application (`POST /oauth/token`).",
          },
          secondStepToken: { type: "http" as const, scheme: "bearer", description: "Of a sign-in whose password was right." },
          resetToken: { type: "http" as const, scheme: "bearer", description: "The token of one reset, from its start." },
          client: { type: "http" as const, scheme: "basic", description: "Client id and secret of an application." },
        },
      },
    },
    refResolver: {
      buildLocalReference: (json: { $id?: unknown }, _base: unknown, _fragment: unknown, index: number) =>
        typeof json.$id === "string" ? json.$id : `def-${index}`,
    },
  };
}
