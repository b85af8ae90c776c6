import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { type Clock, timestamp } from "../kit/clock.ts";
import type { ReadRegistration } from "./read-registration.ts";
import type { ReadResets } from "./read-resets.pg.ts";
import type { ReadRegistrations } from "./registrations-by-day.pg.ts";
import { daysAsked, MOST_DAYS } from "./report-days.ts";
import { DaysQuery, RegistrationReportView, ResetReportView } from "./report-schemas.http.ts";

export interface ReportRoutes {
  readonly need: NeedRights;
  readonly readRegistration: ReadRegistration;
  readonly readRegistrations: ReadRegistrations;
  readonly readResets: ReadResets;
  readonly clock: Clock;
}

const about = { tags: ["Reports"], security: [{ accessToken: [] }] };

/** Reports about the caller's organisation. They hold figures and nobody's name (contract, section 6). */
export function registerReportRoutes(app: Server, use: ReportRoutes): void {
  const { need, clock } = use;
  app.get(
    "/v1/reports/registration",
    {
      onRequest: need("reports:read"),
      schema: {
        ...about,
        summary: "Who can reset",
        description:
          "How many people are licensed, enabled, registered and capable, judged by the rules that decide about a reset. Up to 20,000 people are counted at each call; a larger organisation gets figures that are at most some minutes old while somebody asks for them: `asOf` says when they were counted.",
        response: answers({ 200: RegistrationReportView }, 401, 403, 503),
      },
    },
    async (request) => {
      const { tenantId } = callerOf(request);
      const [{ asOf, report }, registrations] = await Promise.all([
        use.readRegistration(tenantId),
        use.readRegistrations(tenantId, daysAsked({}, clock.now())),
      ]);
      return { asOf: timestamp(asOf), ...report, registrations };
    },
  );
  app.get(
    "/v1/reports/resets",
    {
      onRequest: need("reports:read"),
      schema: {
        ...about,
        summary: "What became of resets",
        description: `By day, method and outcome, for at most ${MOST_DAYS} days. Steps are counted within seconds. A reset that nobody ended is counted as abandoned or blocked when its time is over, on the day on which it began.`,
        querystring: DaysQuery,
        response: answers({ 200: ResetReportView }, 400, 401, 403, 503),
      },
    },
    async (request) => use.readResets(callerOf(request).tenantId, daysAsked(request.query, clock.now())),
  );
}
