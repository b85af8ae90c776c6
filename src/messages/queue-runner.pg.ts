import { setTimeout as sleep } from "node:timers/promises";
import { settledWithin } from "../kit/settled-within.ts";
import { type QueueRun, type QueueRunOptions, startQueueRun } from "./queue-run.pg.ts";

/** Keeps the queue running until it is stopped. */
export interface QueueRunner {
  start(): Promise<void>;
  /** Whether it takes jobs at this moment. */
  running(): boolean;
  /** Lets running jobs finish, for some seconds; then gives them back to the queue. */
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;
/** All of a stop is to be over in ten seconds (contract, section 7). */
const FINISH_MS = 5_000;
const GIVE_BACK_MS = 1_500;

/**
 * A run that ends by itself is followed by another. So is one whose database was away: the library would come back by itself, but it
 * waits for a minute and longer between its tries to listen and to take jobs.
 */
export function createQueueRunner(options: QueueRunOptions): QueueRunner {
  const { direct, log } = options;
  const runs = new Set<QueueRun>();
  let current: QueueRun | null = null;
  let launching = false;
  let stopped = true;
  let forget = () => {};

  const launch = async (): Promise<void> => {
    if (launching) return;
    launching = true;
    for (let pause = FIRST_PAUSE_MS; !stopped && current === null; pause = Math.min(2 * pause, LONGEST_PAUSE_MS))
      try {
        follow(await startQueueRun(options));
      } catch (error) {
        log.warn({ err: error }, "the queue could not be started yet");
        await sleep(pause);
      }
    launching = false;
  };
  const follow = (run: QueueRun): void => {
    current = run;
    runs.add(run);
    if (stopped) void run.stop();
    void run.ended.then(async () => {
      runs.delete(run);
      if (current !== run) return;
      current = null;
      await sleep(LONGEST_PAUSE_MS);
      await launch();
    });
  };
  const replace = (): void => {
    void current?.stop();
    current = null;
    void launch();
  };

  return {
    async start() {
      stopped = false;
      forget = direct.session.onReturn(replace);
      await launch();
    },
    running: () => current !== null,
    async stop() {
      stopped = true;
      forget();
      current = null;
      if (
        await settledWithin(
          FINISH_MS,
          [...runs].map((run) => run.stop()),
        )
      )
        return;
      log.warn({ runs: runs.size }, "jobs did not finish in time and go back to the queue");
      await settledWithin(
        GIVE_BACK_MS,
        [...runs].map((run) => Promise.all([run.abandon(), run.ended])),
      );
    },
  };
}
