import type { FastifyRequest } from "fastify";
import { Problem } from "../kit/problem.ts";
import type { Right } from "../kit/rights.ts";
import type { Administering, Authorize } from "./caller.ts";
import type { Server } from "./server.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Set by the guard of the administration routes. */
    administering: Administering | null;
  }
}

/** For `onRequest` of a route: lets in who has every one of the rights. */
export type NeedRights = (...rights: [Right, ...Right[]]) => (request: FastifyRequest) => Promise<void>;

/** Who may come in is decided before a byte of the body is read: a stranger learns nothing from what is wrong with it, and sends no file. */
export function guardRights(app: Server, authorize: Authorize): NeedRights {
  if (!app.hasRequestDecorator("administering")) app.decorateRequest("administering", null);
  return (...rights) =>
    async (request) => {
      request.administering = await authorize(request, rights);
    };
}

/** Who is calling a route behind the guard. */
export function callerOf(request: FastifyRequest): Administering {
  if (request.administering === null) throw new Error("the route has no rights guard");
  return request.administering;
}

/** What a field needs beyond the rights of its route (security.md N07). */
export function demandRight({ kind, rights }: Administering, right: Right): void {
  if (!rights.has(right)) throw lacking(kind, right);
}

/** 403 for a caller who lacks a right: a scope or a role. */
export function lacking(kind: Administering["kind"], right: Right): Problem {
  const reason = kind === "app" ? `The scope ${right} is needed.` : `None of your roles gives ${right}.`;
  return new Problem("forbidden", { extensions: { missing: [kind === "app" ? "scope" : "role"], reason } });
}
