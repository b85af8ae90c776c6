import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Test } from "tap";
import { freePort, type StartedProduct, until } from "../journeys/product.ts";

const MAIN = join(import.meta.dirname, "../../src/main.ts");

export interface Victim {
  readonly baseUrl: string;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

/** One more process of the same installation, to be killed: the service as it is started, on the same PostgreSQL, Redis and keys. */
export async function startVictim(t: Test, run: StartedProduct, env: Readonly<Record<string, string>>): Promise<Victim> {
  const port = await freePort();
  const child = spawn(process.execPath, ["--import=tsx", MAIN], {
    env: {
      ...process.env,
      DATABASE_URL: run.config.databaseUrl?.reveal(),
      DATA_DIR: run.config.dataDir,
      PORT: String(port),
      LIMITS_FACTOR: "1000",
      ROLE: "server",
      ...env,
    },
    stdio: "ignore",
  });
  const gone = once(child, "exit");
  const kill = async () => {
    child.kill("SIGKILL");
    await gone;
  };
  t.teardown(kill);
  const baseUrl = `http://127.0.0.1:${port}`;
  const serves = async () => (await fetch(`${baseUrl}/readyz`).catch(() => null))?.status === 200;
  // A whole process starts: on a busy machine that takes its time.
  await until(serves).catch(() => until(serves));
  return { baseUrl, kill };
}
