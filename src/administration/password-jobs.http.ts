import { Type } from "typebox";
import type { Administering } from "../http/caller.ts";
import { pageAsked, pageOut } from "../http/page.ts";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact, PageQuery, pageOf } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import type { Clock } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import type { Right } from "../kit/rights.ts";
import { isUuid } from "../users/user-record.ts";
import { actOf } from "../users/user-writer.ts";
import { isRequester, type JobKind, type PasswordJob, type PasswordJobStore } from "./password-job.ts";
import { JobView, PATHS, viewJob } from "./password-job-view.ts";

export interface PasswordJobRoutes {
  readonly need: NeedRights;
  readonly store: Pick<PasswordJobStore, "read" | "page" | "cancel">;
  readonly clock: Clock;
}

export const JobParams = Type.Object({ id: Type.String({ maxLength: 100 }) }, exact);
const about = { tags: ["Password jobs"], security: [{ accessToken: [] }] };
/** Who may stop what somebody else asked for. */
const STOPPING_ROLES = ["globalAdministrator", "privilegedAuthenticationAdministrator"];

/** For looking on one of these is enough: whoever may read, since a job runs for longer than a second step is fresh, or may start such jobs. */
export const WATCHING: [Right, Right] = ["users:read", "resets:write"];

/** @throws {Problem} `not-found`, for another organisation's and another kind's too */
export async function findJob(
  read: PasswordJobStore["read"],
  { tenantId }: Administering,
  kind: JobKind,
  id: string,
): Promise<PasswordJob> {
  const job = isUuid(id) ? await read(tenantId, kind, id) : null;
  if (job === null) throw new Problem("not-found");
  return job;
}

/** The jobs of one kind: seen by everybody who may start them, ended by whoever asked or one of the highest. */
export function registerPasswordJobRoutes(app: Server, { need, store, clock }: PasswordJobRoutes, kind: JobKind): void {
  const path = PATHS[kind];
  const named = kind === "reset" ? "resets in bulk" : "forced changes";
  app.get(
    path,
    {
      onRequest: need(WATCHING),
      schema: {
        ...about,
        summary: `The ${named}, newest first`,
        querystring: Type.Object(PageQuery, exact),
        response: answers({ 200: pageOf(JobView) }, 400, 401, 403, 503),
      },
    },
    async (request) => {
      const { limit, after } = pageAsked(request.query);
      const found = await store.page(callerOf(request).tenantId, kind, after === null ? null : placeOf(after), limit + 1);
      const page = pageOut(found, limit, ({ createdAt, id }) => `${createdAt} ${id}`);
      return { ...page, items: page.items.map((job) => viewJob(job, clock.now())) };
    },
  );
  app.get(
    `${path}/:id`,
    {
      onRequest: need(WATCHING),
      schema: { ...about, summary: `One of the ${named}`, params: JobParams, response: answers({ 200: JobView }, 400, 401, 403, 404, 503) },
    },
    async (request) => viewJob(await findJob(store.read, callerOf(request), kind, request.params.id), clock.now()),
  );
  app.post(
    `${path}/:id/cancel`,
    {
      onRequest: need("resets:write"),
      schema: {
        ...about,
        summary: `Stop one of the ${named}`,
        description:
          "By whoever asked for it, or a Global or Privileged Authentication Administrator. Who was done stays done. A job that is over stays as it is.",
        params: JobParams,
        response: answers({ 200: JobView }, 400, 401, 403, 404, 503),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const job = await findJob(store.read, caller, kind, request.params.id);
      if (!isRequester(job, caller) && !caller.roles.some((role) => STOPPING_ROLES.includes(role)))
        throw new Problem("forbidden", {
          extensions: {
            missing: ["role"],
            reason: "Whoever asked for it stops it, or a Global or Privileged Authentication Administrator.",
          },
        });
      return viewJob(await store.cancel(job, actOf(caller, clock)), clock.now());
    },
  );
}

/** @throws {Problem} `invalid-request` for a cursor of another list */
function placeOf(after: string): { createdAt: number; id: string } {
  const [createdAt = "", id = ""] = after.split(" ");
  if (!/^\d{1,15}$/.test(createdAt) || !isUuid(id)) throw new Problem("invalid-request", { detail: "The cursor is not one of this list." });
  return { createdAt: Number(createdAt), id };
}
