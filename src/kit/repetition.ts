/** The same work again and again, one turn after another, until stopped. While it only waits it keeps no process alive. */
export interface Repetition {
  start(): void;
  /** The next turn begins now, or right after the one that runs. */
  soon(): void;
  /** Resolves when the turn that runs is over. */
  stop(): Promise<void>;
}

/**
 * @param turn does the work once, and answers for how long to rest, in milliseconds
 * @param failed told of a turn that threw; answers the same
 */
export function createRepetition(turn: () => Promise<number>, failed: (error: unknown) => number): Repetition {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = true;

  const take = async (): Promise<void> => {
    clearTimeout(timer);
    if (stopped) return;
    const rest = await turn().catch(failed);
    if (!stopped) timer = setTimeout(soon, rest).unref();
  };
  const soon = (): void => {
    running = running.then(take);
  };

  return {
    start() {
      stopped = false;
      soon();
    },
    soon,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
