/** Does the work when it is its turn; `null` at once where too many wait already. */
export type ShortQueues = <T>(key: string, work: () => Promise<T>) => Promise<T> | null;

/** For each key one at a time, in the order of asking, and so many who wait at most: what is costly is refused before it piles up. */
export function createShortQueues(waitingAtMost: number): ShortQueues {
  const queues = new Map<string, { last: Promise<unknown>; inside: number }>();
  return (key, work) => {
    const queue = queues.get(key) ?? { last: Promise.resolve(), inside: 0 };
    if (queue.inside > waitingAtMost) return null;
    queues.set(key, queue);
    queue.inside += 1;
    const done = queue.last.then(work).finally(() => {
      queue.inside -= 1;
      if (queue.inside === 0) queues.delete(key);
    });
    // Whoever comes next waits for the end of it, however it ends.
    queue.last = done.catch(() => undefined);
    return done;
  };
}
