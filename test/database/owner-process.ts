import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Test } from "tap";

export interface Owner {
  readonly child: ChildProcess;
  /** Settles when it has ended. */
  readonly gone: Promise<unknown>;
  /** The next line that it says. */
  next(): Promise<string>;
  /** Lets it go on to the lock. */
  go(): void;
  /** Kills it without a chance to tidy up, and waits until it is gone. */
  kill(): Promise<void>;
  /** Ends its input, and answers its exit code. */
  finish(): Promise<number | null>;
}

/** Starts `embedded-owner.ts` of the clone (ours, unless told) in a process group of its own. Node strips the types itself. */
export async function startOwner(t: Test, args: readonly string[], clone = join(import.meta.dirname, "../..")): Promise<Owner> {
  const script = join(clone, "test/database/embedded-owner.ts");
  const child = spawn(process.execPath, [script, ...args], { stdio: ["pipe", "pipe", "inherit"], detached: true });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const gone = once(child, "exit");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await gone;
  };
  t.teardown(kill);
  const next = async (): Promise<string> => (await lines.next()).value ?? "";
  t.equal(await next(), "ready");
  const finish = async (): Promise<number | null> => {
    child.stdin.end();
    await gone;
    return child.exitCode;
  };
  return { child, gone, next, go: () => child.stdin.write("go\n"), kill, finish };
}
