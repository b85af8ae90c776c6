import { forgetOldApprovals } from "../administration/old-approvals.pg.ts";
import { forgetOldHelpRequests } from "../administration/old-help-requests.pg.ts";
import { forgetOldPasswordJobs } from "../administration/old-password-jobs.pg.ts";
import { requeueStrandedPasswordJobs } from "../administration/stranded-password-jobs.pg.ts";
import { keepAuditMonths } from "../audit/audit-months.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import { forgetOldAnswers } from "../http/idempotency.pg.ts";
import { type Clock, HOUR } from "../kit/clock.ts";
import { systemRandom } from "../kit/random.ts";
import { createRepetition, type Repetition } from "../kit/repetition.ts";
import { forgetOldJobs } from "../messages/old-jobs.pg.ts";
import { forgetReplaced } from "../passwords/temporary-passwords.pg.ts";
import { forgetOldRegistrations } from "../registration/old-registrations.pg.ts";
import { forgetOldReports } from "../reports/old-reports.pg.ts";
import { forgetOldLinks } from "../resets/old-links.pg.ts";
import { forgetOldSources } from "../users/familiar-sources.pg.ts";
import { forgetOldImports } from "../users/old-imports.pg.ts";
import { createForgetRemovedPeople } from "../users/removed-people.pg.ts";

/** Deletes at most `limit` of what its slice need not know any more (or sets going what stands still), and answers how many. Many may do it at once. */
type Forget = (db: Db, now: number, limit: number) => Promise<number>;

const CHORES: Readonly<Record<string, Forget>> = {
  "months of the audit log": keepAuditMonths,
  "familiar sources": forgetOldSources,
  "reports of imports": forgetOldImports,
  "people removed long ago": createForgetRemovedPeople(systemRandom),
  "requests for help": forgetOldHelpRequests,
  links: forgetOldLinks,
  "replaced temporary passwords": forgetReplaced,
  "unverified methods": forgetOldRegistrations,
  "failed jobs": forgetOldJobs,
  "kept answers": forgetOldAnswers,
  "counts and kept reports": forgetOldReports,
  approvals: forgetOldApprovals,
  "jobs that reset many": forgetOldPasswordJobs,
  "jobs that nothing goes on with": requeueStrandedPasswordJobs,
};

const BATCH = 500;
/** Between batches: others want the database too. */
const PAUSE_MS = 100;

interface Options {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: { warn(details: object, message: string): void };
}

/** Forgets what is old, at the start and every hour, a batch at a time. What cannot be done now is done in an hour. */
export function createHousekeeping({ db, clock, log }: Options): Pick<Repetition, "start" | "stop"> {
  const failed = (what: string) => (error: unknown) => {
    log.warn({ err: error, what }, "what is old could not be forgotten yet");
    return 0;
  };
  return createRepetition(async () => {
    let more = false;
    for (const [what, forget] of Object.entries(CHORES))
      more = (await forget(db, clock.now(), BATCH).catch(failed(what))) === BATCH || more;
    return more ? PAUSE_MS : HOUR;
  }, failed("anything"));
}
