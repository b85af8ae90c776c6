import { EventEmitter } from "node:events";
import { Logger, run, type TaskList, type WorkerEvents, type WorkerPool } from "graphile-worker";
import type { DirectConnections } from "../database/direct.pg.ts";
import { failsBeforeItsFirstJob, stopsAndHangs } from "./stuck-run.pg.ts";

/** One run of the library's runner, from its start until it ends by itself or is stopped. */
export interface QueueRun {
  readonly ended: Promise<void>;
  /** Takes no new job and lets running ones finish. */
  stop(): Promise<void>;
  /** Gives running jobs back to the queue, to be tried again. */
  abandon(): Promise<void>;
}

export interface QueueRunOptions {
  readonly direct: DirectConnections;
  readonly taskList: TaskList;
  readonly log: { warn(details: object, message: string): void; error(details: object, message: string): void };
}

const CONCURRENCY = 8;
const POLL_MS = 2_000;

/** The lock that a run holds for as long as it lives, by the name under which the library locks its jobs. */
export const PRESENCE = "rekey worker ";

/**
 * Starts a run. Its presence is held before it takes its first job, so that others can tell a job of a process that died from one that is
 * being done. A job that is done or failed is written down before `ended`, and if that cannot be, the run ends: left to itself the
 * library would neither wait for it nor catch its failure. A run that cannot ask for its first job ends too.
 * @throws when the database cannot be reached
 */
export async function startQueueRun({ direct, taskList, log }: QueueRunOptions): Promise<QueueRun> {
  let presence: Promise<() => Promise<void>> | undefined;
  let pool: WorkerPool | undefined;
  let abandoned = false;
  const announce: GraphileConfig.Plugin = {
    name: "PresencePlugin",
    worker: {
      hooks: {
        async startWorker(_, { worker }) {
          pool = worker.workerPool;
          presence ??= direct.session.hold(`${PRESENCE}${pool.id}`);
          await presence;
        },
      },
    },
  };
  // Job by job the library would write a line; ours is written where it fails.
  const logger = new Logger(() => (level, message) => (level === "error" ? log.warn({ queue: true }, message) : undefined));
  const events: WorkerEvents = new EventEmitter();
  const barren = failsBeforeItsFirstJob(events);
  const hanging = stopsAndHangs(events);
  const runner = await run({
    pgPool: direct.pool,
    events,
    taskList,
    concurrency: CONCURRENCY,
    pollInterval: POLL_MS,
    noHandleSignals: true,
    logger,
    preset: { plugins: [announce], worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  });
  void barren.then(async (error) => {
    log.warn({ err: error }, "jobs cannot be taken yet");
    await runner.stop().catch(() => undefined);
  });
  const force = async (reason: string) => pool?.forcefulShutdown(reason);
  void hanging.then(() => force("it does not stop by itself").catch(() => undefined));
  const ended = runner.promise
    .catch((error: unknown) => (abandoned ? undefined : log.error({ err: error }, "the queue's runner ended")))
    .then(async () => (await presence?.catch(() => undefined))?.().catch(() => undefined));
  return {
    ended,
    async stop() {
      // Rejects where it is stopping by itself.
      await runner.stop().catch(() => undefined);
      await ended;
    },
    async abandon() {
      abandoned = true;
      // The runner's own way does nothing once it is stopping.
      try {
        await force("the process stops");
      } catch (error) {
        log.warn({ err: error }, "jobs could not be given back; they are freed when this process is gone");
      }
    },
  };
}
