import { readdir, readFile } from "node:fs/promises";
import { setPriority } from "node:os";

/** A tenth of the weight of a thread that answers requests, so that hashing goes on however many there are (setpriority(2), sched(7)). */
const NICE = 10;

/**
 * Lets the thread that answers, and whatever else runs on this machine, go before the threads that hash: a hash takes a processor for
 * tens of milliseconds, and one that runs on every processor kept each request waiting for a time slice. Hashing takes what is left,
 * which is all of it where nobody asks for anything. The pool's other work (files, name look-ups) takes microseconds of processor time.
 * Linux alone has a priority for each thread; elsewhere, and where it is not allowed, nothing changes.
 */
export async function lowerHashingPriority(): Promise<void> {
  // The pool's threads are there from its first use, which is this.
  const threads = await readdir("/proc/self/task").catch(() => []);
  for (const thread of threads) {
    const name = await readFile(`/proc/self/task/${thread}/comm`, "utf8").catch(() => "");
    if (name.trim() === "libuv-worker") lower(Number(thread));
  }
}

function lower(thread: number): void {
  try {
    setPriority(thread, NICE);
  } catch {
    // It has ended, or a sandbox forbids it: slower answers under load, nothing else.
  }
}
