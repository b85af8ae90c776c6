import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import type { Test } from "tap";

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
  readonly cwd?: string;
}

const PROGRAM = fileURLToPath(new URL("../../src/cli/rekey.ts", import.meta.url));

/**
 * Starts the real program with nothing in its environment but what is given: neither the test run's variables nor tap's hooks, and
 * in a folder without data.
 */
export function spawnRekey(args: readonly string[], { env = {}, cwd = tmpdir() }: RunOptions = {}): ChildProcess {
  const { PATH = "", HOME = "" } = process.env;
  const program = ["--import", import.meta.resolve("tsx"), PROGRAM, ...args];
  return spawn(process.execPath, program, { cwd, env: { PATH, HOME, NODE_ENV: "test", ...env }, stdio: "pipe" });
}

/** Runs a command to its end. */
export async function rekey(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const child = spawnRekey(args, options);
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  // A command that refuses at once does not read its input.
  child.stdin?.on("error", () => undefined).end(options.input);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}

/** The one document of `--json`, of a command that must end well. */
// biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
export async function rekeyJson(t: Test, args: readonly string[], options: RunOptions = {}): Promise<any> {
  const { code, stdout, stderr } = await rekey([...args, "--json"], options);
  t.equal(code, 0, stderr);
  return JSON.parse(stdout);
}
