import type { JobHelpers } from "graphile-worker";
import type { DirectConnections } from "../database/direct.pg.ts";
import type { Random } from "../kit/random.ts";
import { DeliveryFailure } from "./delivery-failure.ts";
import type { RecordGivenUp } from "./given-up.ts";
import type { Job } from "./message-queue.ts";
import { createOrphanWatch } from "./orphaned-jobs.pg.ts";
import { createQueueRunner } from "./queue-runner.pg.ts";
import { addedWaitMs } from "./retry-wait.ts";

type Payload<T extends Job["task"]> = Extract<Job, { task: T }>;

/** One handler for each task. A handler that throws is called again, later and later; `attempt` begins at 1. */
export type JobHandlers = { readonly [T in Job["task"]]: (job: Payload<T>, attempt: number) => Promise<unknown> };

export interface Worker {
  start(): Promise<void>;
  /** Whether it takes jobs at this moment. */
  running(): boolean;
  /** Takes no new job, lets running ones finish, and resolves. */
  stop(): Promise<void>;
}

export interface WorkerOptions {
  readonly direct: DirectConnections;
  readonly handlers: JobHandlers;
  readonly log: { warn(details: object, message: string): void; error(details: object, message: string): void };
  readonly random: Random;
  /** The job was tried for the last time. Should this fail too, the job is tried once more where that is still possible. */
  readonly onGivenUp: RecordGivenUp;
}

/** Runs the queue's jobs, woken by LISTEN/NOTIFY; the poll is a floor for what a lost connection missed. */
export function createWorker(options: WorkerOptions): Worker {
  const { direct, handlers, log, onGivenUp } = options;
  const taskList = Object.fromEntries(
    Object.entries(handlers).map(([task, handle]) => [
      task,
      async (payload: unknown, helpers: JobHelpers) => {
        const job = { task, ...(payload as object) } as Job;
        try {
          await (handle as (job: Job, attempt: number) => Promise<unknown>)(job, helpers.job.attempts);
        } catch (error) {
          await afterFailure(options, job, helpers, error);
        }
      },
    ]),
  );
  const runner = createQueueRunner({ direct, taskList, log });
  const orphans = createOrphanWatch({ pool: direct.pool, log, onGivenUp });
  return {
    async start() {
      await runner.start();
      orphans.start();
    },
    running: runner.running,
    async stop() {
      await Promise.all([runner.stop(), orphans.stop()]);
    },
  };
}

/** @throws what the library takes for "try again later"; returns where no attempt can help any more, and the job is done with */
async function afterFailure({ log, random, onGivenUp }: WorkerOptions, job: Job, helpers: JobHelpers, error: unknown): Promise<void> {
  const { id, attempts, max_attempts: most } = helpers.job;
  const failure = error instanceof DeliveryFailure ? error : null;
  const final = failure?.final === true;
  // The error only, never the payload: what failed is in the job's own row.
  log.warn({ err: error, task: job.task, attempt: attempts, of: most }, final ? "job given up" : "job failed");
  if (final || attempts >= most) await onGivenUp({ jobId: String(id), job, attempts, failure });
  if (final) return;
  if (attempts < most) await putOff(helpers, addedWaitMs(attempts, random(4).readUInt32BE() / 2 ** 32, failure?.details.retryAfterMs));
  throw error;
}

/**
 * The library adds its growing wait to the job's own time, or to now where that is past, when it takes the failure down: so the time
 * set here comes on top. It offers no call for a job that is running. Should the statement fail, the library's wait stands alone.
 */
async function putOff({ withPgClient, job }: JobHelpers, waitMs: number): Promise<void> {
  await withPgClient((client) =>
    client.query("update graphile_worker._private_jobs set run_at = now() + $2 * interval '1 millisecond' where id = $1", [job.id, waitMs]),
  ).catch(() => undefined);
}
