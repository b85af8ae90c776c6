import type { Db } from "../database/connect.pg.ts";
import { forgetOldAnswers } from "../http/idempotency.pg.ts";
import { type Clock, HOUR } from "../kit/clock.ts";
import { createRepetition, type Repetition } from "../kit/repetition.ts";
import { forgetOldJobs } from "../messages/old-jobs.pg.ts";
import { forgetOldRegistrations } from "../registration/old-registrations.pg.ts";
import { forgetOldLinks } from "../resets/old-links.pg.ts";
import { forgetOldSources } from "../users/familiar-sources.pg.ts";
import { forgetOldImports } from "../users/old-imports.pg.ts";

/** Deletes at most `limit` of what its slice need not know any more, and answers how many. Many may do it at once. */
type Forget = (db: Db, now: number, limit: number) => Promise<number>;

const CHORES: Readonly<Record<string, Forget>> = {
  "familiar sources": forgetOldSources,
  "reports of imports": forgetOldImports,
  links: forgetOldLinks,
  "unverified methods": forgetOldRegistrations,
  "failed jobs": forgetOldJobs,
  "kept answers": forgetOldAnswers,
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
