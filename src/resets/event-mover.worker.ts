/** Moves recorded steps again and again, until stopped; what is left is moved before `stop` resolves. */
export interface EventMover {
  start(): void;
  stop(): Promise<void>;
}

const PAUSE_MS = 250;
const PAUSE_AFTER_FAILURE_MS = 2_000;

/** A step is visible in the audit log within a second (design §3). @param move answers how many it moved */
export function createEventMover(move: () => Promise<number>, log: { warn(details: object, message: string): void }): EventMover {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = true;

  const turn = async (): Promise<void> => {
    let pause = PAUSE_MS;
    try {
      while ((await move()) > 0 && !stopped);
    } catch (error) {
      log.warn({ err: error }, "recorded steps could not be moved yet");
      pause = PAUSE_AFTER_FAILURE_MS;
    }
    if (!stopped) timer = setTimeout(next, pause);
  };
  const next = () => {
    running = turn();
  };

  return {
    start() {
      stopped = false;
      next();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
      await move().catch((error: unknown) => log.warn({ err: error }, "recorded steps were left behind; the next start moves them"));
    },
  };
}
