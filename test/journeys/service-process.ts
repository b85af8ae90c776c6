import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Test } from "tap";
import { freePort } from "./waiting.ts";

/** A service as people run it: a process of its own. */
export interface ServiceProcess {
  readonly baseUrl: string;
  readonly pid: number;
  /** What it wrote, to either output. */
  readonly lines: readonly string[];
  /** Its exit code, or the signal that ended it; undefined while it lives. */
  ended(): number | NodeJS.Signals | undefined;
  /** Sends the signal and waits for the end. */
  end(signal: "SIGTERM" | "SIGINT" | "SIGKILL"): Promise<number | NodeJS.Signals>;
}

const pathTo = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));

/** The sources, as they are. */
const SOURCES = ["--import", import.meta.resolve("tsx"), pathTo("src/main.ts")];

/** The program as it is installed: it starts in half the time, once it is built. */
export function builtProgram(): string[] {
  execFileSync(process.execPath, [pathTo("scripts/build.mjs")], { stdio: "pipe" });
  return [pathTo("dist/src/main.js")];
}

/** Starts a process with nothing in its environment but what is given, and waits until it is ready. It ends with the test at the latest. */
export async function startService(t: Pick<Test, "teardown">, env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const port = env.PORT ?? String(await freePort());
  const service = spawnService({ ...env, PORT: port });
  t.teardown(() => (service.ended() === undefined ? service.end("SIGKILL") : undefined));
  await whenReady(service);
  return service;
}

/** Starts it and waits for nothing. */
export function spawnService(env: Readonly<Record<string, string>>, program: readonly string[] = SOURCES): ServiceProcess {
  const { PATH = "", HOME = "" } = process.env;
  // Elsewhere tsx finds no settings of ours, and pages would not be drawn.
  const own = { PATH, HOME, NODE_ENV: "test", TSX_TSCONFIG_PATH: pathTo("tsconfig.json") };
  const child = spawn(process.execPath, program, { cwd: tmpdir(), env: { ...own, ...env }, stdio: "pipe" });
  const lines: string[] = [];
  for (const output of [child.stdout, child.stderr])
    output.setEncoding("utf8").on("data", (text: string) => lines.push(...text.split("\n").filter((line) => line !== "")));
  const ended = () => child.signalCode ?? child.exitCode ?? undefined;
  return {
    baseUrl: `http://127.0.0.1:${env.PORT}`,
    pid: child.pid ?? 0,
    lines,
    ended,
    async end(signal) {
      const exit = once(child, "exit");
      if (ended() === undefined) {
        child.kill(signal);
        await exit;
      }
      return ended() ?? 0;
    },
  };
}

/** A busy machine takes its time to load a program: up to a minute. */
export async function whenReady(service: ServiceProcess, tries = 600): Promise<void> {
  for (; tries > 0; tries--) {
    if (service.ended() !== undefined) throw new Error(`it ended with ${service.ended()}:\n${service.lines.slice(-20).join("\n")}`);
    const ready = await fetch(`${service.baseUrl}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    await pause(100);
  }
  throw new Error(`it was not ready within a minute:\n${service.lines.slice(-20).join("\n")}`);
}
