import { setTimeout as pause } from "node:timers/promises";

/** Does the work for every item, so many at a time, each as soon as another is done. Answers in the order of the items, with the seconds it took. */
export async function inLanes<Item, Result>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item) => Promise<Result>,
): Promise<{ results: Result[]; seconds: number }> {
  const results: Result[] = new Array(items.length);
  const entries = items.entries();
  const began = performance.now();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const [index, item] of entries) results[index] = await work(item);
    }),
  );
  return { results, seconds: (performance.now() - began) / 1000 };
}

/**
 * Starts one piece of work at each point of a fixed schedule, whether those before are done or not: a service that stalls is asked all the
 * same, as by people. `due` is when it ought to have begun; whoever measures counts from there (no coordinated omission).
 * @param rate a second
 */
export async function onSchedule(rate: number, seconds: number, work: (due: number, index: number) => Promise<void>): Promise<void> {
  const running: Promise<void>[] = [];
  const began = performance.now();
  for (let index = 0; index < rate * seconds; index++) {
    const due = began + (index * 1000) / rate;
    await until(due);
    const piece = work(due, index);
    // Told at the end, when all are over.
    piece.catch(() => undefined);
    running.push(piece);
  }
  await Promise.all(running);
}

/** A timer is up to a millisecond late, and that counts as latency: to wait it out in a loop would take processor time from the service. */
async function until(due: number): Promise<void> {
  const left = due - performance.now();
  if (left > 0) await pause(left);
}
