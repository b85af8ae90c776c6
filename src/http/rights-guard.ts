import type { FastifyRequest } from "fastify";
import { Problem } from "../kit/problem.ts";
import type { Right } from "../kit/rights.ts";
import type { Administering, Authorize, NeededRight } from "./caller.ts";
import type { Server } from "./server.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Set by the guard of the administration routes. */
    administering: Administering | null;
    /** Who was known, and turned away by that guard: for the record. */
    turnedAway: Administering | null;
    /** Judges anew whether the caller may come in: to be asked again once a long body is there. Throws as `Authorize`. */
    readmit: (() => Promise<void>) | null;
  }
}

/** For `onRequest` of a route: lets in who has every one of the rights. */
export type NeedRights = (...rights: [NeededRight, ...NeededRight[]]) => (request: FastifyRequest) => Promise<void>;

/**
 * Who may come in is decided before a byte of the body is read: a stranger learns nothing from what is wrong with it, and sends no file. And again
 * when the body is there: a call may be held open for minutes, and whoever was demoted, removed or signed out meanwhile does nothing any more.
 */
export function guardRights(app: Server, authorize: Authorize): NeedRights {
  if (!app.hasRequestDecorator("administering")) {
    app.decorateRequest("administering", null);
    app.decorateRequest("turnedAway", null);
    app.decorateRequest("readmit", null);
    app.addHook("preHandler", async ({ body, readmit }) => {
      if (body !== undefined && body !== null) await readmit?.();
    });
  }
  return (...rights) =>
    async (request) => {
      const admit = async () => {
        request.administering = await authorize(request, rights);
      };
      await admit();
      request.readmit = admit;
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

/** 403 for a caller who lacks a right: a scope or a role. No scope lets an application grant roles (contract, section 4: `target`). */
export function lacking(kind: Administering["kind"], right: Right): Problem {
  if (kind === "app" && right === "roles:write")
    return new Problem("forbidden", {
      extensions: { missing: ["target"], reason: "Roles are given and taken by people alone, never by an application." },
    });
  const reason = kind === "app" ? `The scope ${right} is needed.` : `None of your roles gives ${right}.`;
  return new Problem("forbidden", { extensions: { missing: [kind === "app" ? "scope" : "role"], reason } });
}
