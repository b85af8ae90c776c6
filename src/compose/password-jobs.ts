import { createFeelReset } from "../administration/feel-reset.ts";
import { createGiveUpPasswordJob } from "../administration/give-up-password-job.pg.ts";
import { registerPasswordJobEvents } from "../administration/password-job-events.http.ts";
import { createPasswordJobParts } from "../administration/password-job-parts.pg.ts";
import { registerPasswordJobResultRoutes } from "../administration/password-job-results.http.ts";
import { createPasswordJobResults } from "../administration/password-job-results.pg.ts";
import { createFindAddressed, createPasswordJobStore } from "../administration/password-job-store.pg.ts";
import { registerPasswordJobRoutes } from "../administration/password-jobs.http.ts";
import { createRunPasswordJob } from "../administration/run-password-job.worker.ts";
import { createSendPasswordJobNotice } from "../administration/send-password-job-notice.worker.ts";
import { registerStartJobRoutes } from "../administration/start-password-job.http.ts";
import { createStartPasswordJob, type StartPasswordJob } from "../administration/start-password-job.ts";
import type { AskSecondPerson } from "../administration/two-person-rule.ts";
import { createKeptAnswers } from "../http/idempotency.pg.ts";
import type { NeedRights } from "../http/rights-guard.ts";
import type { Server } from "../http/server.ts";
import { createTurns } from "../kit/turns.ts";
import type { RecordGivenUp } from "../messages/given-up.ts";
import type { JobHandlers } from "../messages/queue-worker.pg.ts";
import { createJudgeNewPassword } from "../passwords/judge-new-password.ts";
import { formerHashes } from "../passwords/password-store.pg.ts";
import { createTenantStore } from "../tenants/tenant-store.pg.ts";
import { createContactStore } from "../users/contact-store.pg.ts";
import { hashingSlots } from "./hashing-slots.ts";
import type { Common } from "./resets.ts";

/** Rows of all jobs that are written at once, in this process: the rest of the connections is for people who wait. */
const ROWS_AT_ONCE = 4;

export interface PasswordJobs {
  register(api: Server, need: NeedRights): void;
  /** For whoever carries out what waited for a second person. */
  readonly startPasswordJob: StartPasswordJob;
}

/** Resets and forced changes for many, over HTTP. */
export function composePasswordJobs(common: Common, askSecondPerson: AskSecondPerson): PasswordJobs {
  const { db, sealer, state, limits, clock, random } = common;
  const store = createPasswordJobStore(common);
  const results = createPasswordJobResults(common);
  const startPasswordJob = createStartPasswordJob({ store, askSecondPerson, sealer, throttle: state.throttle, limits });
  return {
    startPasswordJob,
    register(api, need) {
      registerStartJobRoutes(api, { need, startPasswordJob, keptAnswers: createKeptAnswers({ db, sealer }), clock, random });
      for (const kind of ["reset", "change"] as const) {
        registerPasswordJobRoutes(api, { need, store, clock }, kind);
        registerPasswordJobResultRoutes(api, { need, read: store.read, results, clock }, kind);
        registerPasswordJobEvents(api, { need, read: store.read }, kind);
      }
    },
  };
}

export function passwordJobHandlers(common: Common): Pick<JobHandlers, "run-password-job" | "send-password-job-notice"> {
  const { config, db, sealer, state, hasher, lockout, channels } = common;
  const tenants = createTenantStore(db);
  const feelReset = createFeelReset({ versions: state.versions, lockout, sealer });
  return {
    "run-password-job": createRunPasswordJob({
      ...common,
      tenants,
      parts: createPasswordJobParts(common),
      cancel: createPasswordJobStore(common).cancel,
      contacts: createContactStore({ db, sealer }),
      judgeNewPassword: createJudgeNewPassword({ hasher, formerHashes: (userId, count) => formerHashes(db, userId, count) }),
      feel: ({ userId, ...written }) => feelReset(userId, written),
      slots: hashingSlots(config.threadPoolSize),
      turns: createTurns(ROWS_AT_ONCE),
    }),
    "send-password-job-notice": createSendPasswordJobNotice({
      ...common,
      tenants,
      findAddressed: createFindAddressed(common),
      email: channels.email,
      publicUrl: config.publicUrl,
    }),
  };
}

/** For whatever the queue will not try again. */
export function giveUpPasswordJob({ db, random, sealer, clock }: Pick<Common, "db" | "random" | "sealer" | "clock">): RecordGivenUp {
  return createGiveUpPasswordJob({ db, clock, cancel: createPasswordJobStore({ db, random, sealer }).cancel });
}
