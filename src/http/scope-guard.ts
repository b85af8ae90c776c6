import type { FastifyRequest } from "fastify";
import { Problem } from "../kit/problem.ts";
import type { AuthorizeApp, Caller, Scope } from "./caller.ts";
import type { Server } from "./server.ts";

export type AppCaller = Extract<Caller, { kind: "app" }>;

declare module "fastify" {
  interface FastifyRequest {
    /** Set by the scope guard of the administration routes. */
    appCaller: AppCaller | null;
  }
}

/** For `onRequest` of a route: lets applications in that hold every one of the scopes. */
export type NeedScopes = (...scopes: [Scope, ...Scope[]]) => (request: FastifyRequest) => Promise<void>;

/** Who may come in is decided before a byte of the body is read: a stranger learns nothing from what is wrong with it, and sends no file. */
export function guardScopes(app: Server, authorizeApp: AuthorizeApp): NeedScopes {
  if (!app.hasRequestDecorator("appCaller")) app.decorateRequest("appCaller", null);
  return (...scopes) =>
    async (request) => {
      for (const scope of scopes) request.appCaller = await authorizeApp(request, scope);
    };
}

/** Who is calling a route behind the scope guard. */
export function callerOf(request: FastifyRequest): AppCaller {
  if (request.appCaller === null) throw new Error("the route has no scope guard");
  return request.appCaller;
}

/** What a field needs beyond the scopes of its route (security.md N07). */
export function demandScope(caller: AppCaller, scope: Scope): void {
  if (!caller.scopes.includes(scope))
    throw new Problem("forbidden", { extensions: { missing: ["scope"], reason: `The scope ${scope} is needed.` } });
}
