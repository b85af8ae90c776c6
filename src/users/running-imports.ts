import { SECOND } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import { settledWithin } from "../kit/settled-within.ts";
import type { ImportJob } from "./import-job.ts";

/** What runs of an import is told, and tells. */
export interface Attendance {
  /** That there is a job now. */
  began(jobId: string): void;
  /** Aborted when the service stops. */
  readonly signal: AbortSignal;
}

/** The imports of this process. They outlive the calls that began them: on the way are proxies that end a silent connection. */
export interface RunningImports {
  /** Before a file is taken. @throws {Problem} `unavailable` while as many run as may, or when the service stops */
  admit(): void;
  /** @returns the job, or its id where it runs for longer than a caller waits. @throws whatever ends it before */
  run(work: (attendance: Attendance) => Promise<ImportJob>): Promise<ImportJob | string>;
  /** Gives what runs a moment to come to its end. */
  stopSoon(): void;
  /** Ends what runs, after the batch that it is at. */
  stop(): Promise<void>;
}

/** Shorter than the time that proxies give a silent connection: 30 seconds for some, 60 for most. */
export const PATIENCE_MS = 20 * SECOND;
/** Less than the time in which the last answers are given. */
const LAST_MOMENT_MS = 3 * SECOND;
const MOST = 20;

/** @param failed told what ended an import whose caller has been answered */
export function createRunningImports(patienceMs: number, failed: (error: unknown) => void): RunningImports {
  const running = new Set<Promise<ImportJob>>();
  const stopping = new AbortController();
  const end = () => stopping.abort(new Problem("unavailable", { detail: "The service was stopped.", retryAfter: 10 }));

  return {
    admit() {
      stopping.signal.throwIfAborted();
      if (running.size >= MOST)
        throw new Problem("unavailable", { detail: `${MOST} imports are running. Wait for one to end.`, retryAfter: 30 });
    },
    async run(work) {
      const begun = Promise.withResolvers<string>();
      const job = work({ began: begun.resolve, signal: stopping.signal });
      running.add(job);
      const over = job.finally(() => running.delete(job));
      if (await settledWithin(patienceMs, [over])) return over;
      const first = await Promise.race([begun.promise, over]);
      if (typeof first === "string") over.catch(failed);
      return first;
    },
    stopSoon() {
      setTimeout(end, LAST_MOMENT_MS).unref();
    },
    async stop() {
      end();
      await Promise.allSettled(running);
    },
  };
}
