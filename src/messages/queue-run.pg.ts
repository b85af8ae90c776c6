import { Logger, run, type TaskList } from "graphile-worker";
import type { DirectConnections } from "../database/direct.pg.ts";

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
 * library would neither wait for it nor catch its failure.
 * @throws when the database cannot be reached
 */
export async function startQueueRun({ direct, taskList, log }: QueueRunOptions): Promise<QueueRun> {
  let presence: Promise<() => Promise<void>> | undefined;
  const announce: GraphileConfig.Plugin = {
    name: "PresencePlugin",
    worker: {
      hooks: {
        async startWorker(_, { worker }) {
          presence ??= direct.session.hold(`${PRESENCE}${worker.workerPool.id}`);
          await presence;
        },
      },
    },
  };
  // Job by job the library would write a line; ours is written where it fails.
  const logger = new Logger(() => (level, message) => (level === "error" ? log.warn({ queue: true }, message) : undefined));
  const runner = await run({
    pgPool: direct.pool,
    taskList,
    concurrency: CONCURRENCY,
    pollInterval: POLL_MS,
    noHandleSignals: true,
    logger,
    preset: { plugins: [announce], worker: { preparedStatements: false, completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  });
  const ended = runner.promise
    .catch((error: unknown) => log.error({ err: error }, "the queue's runner ended"))
    .then(async () => (await presence?.catch(() => undefined))?.().catch(() => undefined));
  return {
    ended,
    async stop() {
      // Rejects where it is stopping by itself.
      await runner.stop().catch(() => undefined);
      await ended;
    },
    abandon: () => runner.kill(),
  };
}
