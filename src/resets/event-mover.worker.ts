import { createRepetition } from "../kit/repetition.ts";

/** Moves recorded steps again and again, until stopped; what is left is moved before `stop` resolves. */
export interface EventMover {
  start(): void;
  stop(): Promise<void>;
}

const PAUSE_MS = 250;
const PAUSE_AFTER_FAILURE_MS = 2_000;

/** A step is visible in the audit log within a second (design §3). @param move answers how many it moved */
export function createEventMover(move: () => Promise<number>, log: { warn(details: object, message: string): void }): EventMover {
  const moving = createRepetition(
    // Where there were some, there may be more.
    async () => ((await move()) > 0 ? 0 : PAUSE_MS),
    (error) => {
      log.warn({ err: error }, "recorded steps could not be moved yet");
      return PAUSE_AFTER_FAILURE_MS;
    },
  );
  return {
    start: moving.start,
    async stop() {
      await moving.stop();
      await move().catch((error: unknown) => log.warn({ err: error }, "recorded steps were left behind; the next start moves them"));
    },
  };
}
