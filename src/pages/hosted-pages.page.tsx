import cookie from "@fastify/cookie";
import csrf from "@fastify/csrf-protection";
import formbody from "@fastify/formbody";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { type TranslateError, toProblem } from "../http/problem-answer.ts";
import type { Server } from "../http/server.ts";
import { asciiDomain } from "../kit/domain-name.ts";
import { Problem } from "../kit/problem.ts";
import type { AssetAddress } from "./assets.page.ts";
import { COOKIE } from "./cookies.page.ts";
import { createFormGuard } from "./form-guard.page.ts";
import type { Brand, Frame } from "./frame.ts";
import { pageLanguage } from "./page-language.page.ts";
import { type PageProblem, ProblemPage } from "./problem.page.tsx";

/** What the routes of every slice draw their pages with. */
export interface Pages {
  /** What a page of this request is drawn into. */
  frame(request: FastifyRequest, reply: FastifyReply): Frame;
  show(reply: FastifyReply, page: VNode, status?: number): FastifyReply;
}

export interface HostedPages {
  readonly publicUrl: string;
  readonly translate: TranslateError;
  readonly assets: AssetAddress;
  /** The look of the organisation that has a domain; `null` for one that nobody has, and for one without a look of its own. */
  readonly brandOf: (domain: string) => Promise<Brand | null>;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Of the organisation that the address of a page names. */
    brand: Brand | null;
  }
}

/** Forms are short; the longest is a new password, twice. */
const BODY_LIMIT = 32 * 1024;
/** Addresses of machines, where an error stays a problem document also for a browser. */
const MACHINES = /^\/(v1|oauth|\.well-known|openapi\.json|healthz|readyz|metrics)(\/|\?|$)/;

/**
 * Turns a scope of the server into one of hosted pages: cookies, forms and nothing else in bodies, a guard before every form, and errors
 * as pages. What is registered in the scope afterwards inherits it.
 */
export async function hostPages(scope: Server, { publicUrl, translate, assets, brandOf }: HostedPages): Promise<Pages> {
  const pages: Pages = {
    frame: (request, reply) => {
      let token: string | undefined;
      return {
        language: pageLanguage(request, reply),
        // The pattern of our own route, never the address that was asked for, which a stranger may have written.
        path: request.routeOptions.url ?? "/",
        asset: assets,
        brand: request.brand,
        // One for all forms of the page: each call would begin a secret of its own where the browser has none yet.
        formToken: () => {
          token ??= reply.generateCsrf();
          return token;
        },
      };
    },
    show: (reply, page, status = 200) =>
      reply
        .code(status)
        .type("text/html; charset=utf-8")
        .send(`<!doctype html>${renderToString(page)}`),
  };
  scope.removeAllContentTypeParsers();
  await scope.register(cookie);
  await scope.register(formbody, { bodyLimit: BODY_LIMIT });
  await scope.register(csrf, { cookieKey: "__Host-rekey-form", cookieOpts: COOKIE, getToken: formToken });
  scope.addHook("onRequest", createFormGuard(publicUrl));
  scope.decorateRequest("brand", null);
  scope.addHook("onRequest", async (request) => {
    const domain = domainAsked(request);
    if (domain !== null) request.brand = await brandOf(domain);
  });
  scope.addHook("preHandler", (request, reply, done) => {
    if (request.method === "POST") scope.csrfProtection(request, reply, done);
    else done();
  });
  scope.setErrorHandler((error, request, reply) => {
    if (!wantsPage(request)) throw error;
    return showProblem(pages, translate, error, request, reply);
  });
  scope.get("/*", { schema: { hide: true } }, async () => {
    throw new Problem("not-found");
  });
  return pages;
}

/** `?tenant=contoso.example`: a domain is no secret, and what it leads to is the same whoever has a name in it. */
function domainAsked({ method, query }: FastifyRequest): string | null {
  const { tenant } = query as { tenant?: unknown };
  return method === "GET" && typeof tenant === "string" ? asciiDomain(tenant) : null;
}

/** Of the form alone: a token in a header would be a script's. */
function formToken({ body }: FastifyRequest): string | undefined {
  const { _csrf } = (body ?? {}) as { _csrf?: unknown };
  return typeof _csrf === "string" ? _csrf : undefined;
}

/** Everything that is nobody's route comes here too: it is a page for a browser, and a problem document for a machine. */
function wantsPage({ routeOptions, url, headers }: FastifyRequest): boolean {
  if (routeOptions.url !== "/*") return true;
  return !MACHINES.test(url) && (headers.accept ?? "").includes("text/html");
}

function showProblem(pages: Pages, translate: TranslateError, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { code } = error as { code?: unknown };
  const expired = typeof code === "string" && code.startsWith("FST_CSRF_");
  const problem = expired ? null : toProblem(error, translate);
  const name: PageProblem = problem?.code ?? "form-expired";
  const status = problem?.status ?? 403;
  if (problem !== null && status >= 500) request.log.error({ err: problem.cause ?? error, problem: name }, "request failed");
  if (problem?.retryAfter !== undefined) reply.header("retry-after", String(problem.retryAfter));
  // A form's page is where its address begins: `/reset/code` → `/reset`.
  const back = request.method === "POST" ? `/${request.url.split(/[/?]/, 2)[1] ?? ""}` : "/";
  const frame = pages.frame(request, reply);
  return pages.show(reply, <ProblemPage frame={frame} problem={name} retryAfter={problem?.retryAfter} back={back} />, status);
}
