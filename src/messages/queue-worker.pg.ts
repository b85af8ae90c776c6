import { Logger, run } from "graphile-worker";
import type pg from "pg";
import type { Job } from "./message-queue.ts";

type Payload<T extends Job["task"]> = Extract<Job, { task: T }>;

/** One handler for each task. A handler that throws is called again, later and later; `attempt` begins at 1. */
export type JobHandlers = { readonly [T in Job["task"]]: (job: Payload<T>, attempt: number) => Promise<unknown> };

export interface Worker {
  start(): Promise<void>;
  /** Takes no new job, lets running ones finish, and resolves. */
  stop(): Promise<void>;
}

export interface WorkerOptions {
  readonly pool: pg.Pool;
  readonly handlers: JobHandlers;
  readonly log: { warn(details: object, message: string): void; error(details: object, message: string): void };
  /** The job was tried for the last time. */
  readonly onGivenUp: (task: string) => void;
}

const CONCURRENCY = 8;

/** Runs the queue's jobs, woken by LISTEN/NOTIFY; the poll is a floor for what a lost connection missed. */
export function createWorker({ pool, handlers, log, onGivenUp }: WorkerOptions): Worker {
  let runner: Awaited<ReturnType<typeof run>> | undefined;
  const taskList = Object.fromEntries(
    Object.entries(handlers).map(([task, handle]) => [
      task,
      async (payload: unknown, helpers: { job: { attempts: number; max_attempts: number } }) => {
        const { attempts, max_attempts: most } = helpers.job;
        try {
          await (handle as (job: Job, attempt: number) => Promise<unknown>)({ task, ...(payload as object) } as Job, attempts);
        } catch (error) {
          // The error only, never the payload: what failed is in the job's own row.
          log.warn({ err: error, task, attempt: attempts, of: most }, "job failed");
          if (attempts >= most) onGivenUp(task);
          throw error;
        }
      },
    ]),
  );
  return {
    async start() {
      // Job by job the library would write a line; ours is written where it fails.
      const logger = new Logger(() => (level, message) => (level === "error" ? log.warn({ queue: true }, message) : undefined));
      runner = await run({ pgPool: pool, taskList, concurrency: CONCURRENCY, pollInterval: 2_000, noHandleSignals: true, logger });
      // Settles when the runner ends; without a listener a rejection would take the process down.
      runner.promise.catch((error: unknown) => log.error({ err: error }, "the queue's runner ended"));
    },
    async stop() {
      await runner?.stop().catch(() => undefined);
      runner = undefined;
    },
  };
}
