import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** A process that answers HTTP on loopback. */
export interface Child {
  readonly baseUrl: string;
  readonly pid: number;
  /** Asks it to end, and waits for that. */
  stop(): Promise<void>;
}

const READY_MS = 60_000;

/**
 * Starts a program of Node.js and waits until a path answers 200. Its output goes into a file: read through a pipe it would cost this
 * process time while this process measures.
 * @throws with the last lines that it wrote
 */
export async function startChild(
  program: readonly string[],
  env: Readonly<Record<string, string>>,
  { name, port, ready }: { name: string; port: number; ready: string },
): Promise<Child> {
  const log = join(env.DATA_DIR ?? tmpdir(), `${name}.log`);
  const output = openSync(log, "a");
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, program, {
    env: { PATH, HOME, PORT: String(port), ...env },
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  const end = () => void child.kill("SIGKILL");
  process.on("exit", end);
  const baseUrl = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + READY_MS; !(await answers(`${baseUrl}${ready}`)); await pause(50))
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`${name} did not start:\n${readFileSync(log, "utf8").slice(-2_000)}`);
  return {
    baseUrl,
    pid: child.pid ?? 0,
    async stop() {
      process.off("exit", end);
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
