import { availableParallelism } from "node:os";

/** How many hashes run at once: one for each processor, but never the whole thread pool: files and name look-ups need a place in it too. */
export function hashingSlots(threadPoolSize: number): number {
  return Math.max(1, Math.min(availableParallelism(), threadPoolSize - 1));
}
