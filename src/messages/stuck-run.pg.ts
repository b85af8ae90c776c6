import { setTimeout as sleep } from "node:timers/promises";
import type { WorkerEvents } from "graphile-worker";

/** Longer than it takes to write a job's end down. */
const IDLE_MS = 1_000;

/**
 * Resolves with the error when the first question for a job fails, as on a database that takes no changes. The library looks its tasks up
 * then, and keeps the failure for as long as it runs.
 */
export function failsBeforeItsFirstJob(events: WorkerEvents): Promise<unknown> {
  return new Promise((resolve) => {
    let answered = false;
    const answer = () => {
      answered = true;
    };
    events.once("worker:getJob:empty", answer);
    events.once("job:start", answer);
    events.on("worker:getJob:error", ({ error }) => (answered ? undefined : resolve(error)));
  });
}

/**
 * Resolves when a run that began to stop has not ended, though none of its jobs is at work any more. The library waits for ever where two
 * jobs ended and neither end could be written down; held by such a run, they would never be done again.
 */
export function stopsAndHangs(events: WorkerEvents): Promise<void> {
  const working = new Set<string>();
  const rests = ({ worker }: { worker: { workerId: string } }) => void working.delete(worker.workerId);
  events.on("job:start", ({ worker }) => void working.add(worker.workerId));
  events.on("job:complete", rests);
  events.on("worker:fatalError", rests);
  return new Promise((resolve) => {
    events.once("pool:gracefulShutdown", async () => {
      let ended = false;
      events.once("pool:release", () => {
        ended = true;
      });
      for (let idle = 0; idle < 2 && !ended; idle = working.size === 0 ? idle + 1 : 0) await sleep(IDLE_MS, undefined, { ref: false });
      if (!ended) resolve();
    });
  });
}
