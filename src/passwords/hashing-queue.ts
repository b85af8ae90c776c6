/** More passwords are waiting to be hashed than we hold. The HTTP layer answers 503 with `Retry-After`. */
export class HashingOverloaded extends Error {
  constructor() {
    super("too many passwords are waiting to be hashed");
    this.name = "HashingOverloaded";
  }
}

/** Runs the work when its turn comes. Rejects with {@link HashingOverloaded} when the queue is full; otherwise as the work does. */
export type HashingQueue = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * First come, first served, and a bound on both: each running hash holds its memory, each waiting one a password
 * (ASVS 15.1.3, 15.2.2; security.md E17).
 * @param concurrency how many run at once, 1 or more
 * @param maxQueue how many may wait, 0 or more
 */
export function createHashingQueue({ concurrency, maxQueue }: { concurrency: number; maxQueue: number }): HashingQueue {
  if (!Number.isInteger(concurrency) || concurrency < 1) throw new RangeError("concurrency must be a whole number of 1 or more");
  if (!Number.isInteger(maxQueue) || maxQueue < 0) throw new RangeError("maxQueue must be a whole number of 0 or more");
  const waiting: (() => void)[] = [];
  let running = 0;

  return async (work) => {
    if (running < concurrency) {
      running += 1;
    } else {
      if (waiting.length >= maxQueue) throw new HashingOverloaded();
      await new Promise<void>((turn) => waiting.push(turn));
    }
    try {
      return await work();
    } finally {
      // The place is handed on, not given back, so that nobody who comes now can overtake those who wait.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
