import { type Config, ConfigMistakes } from "./config.ts";
import { type Running, start } from "./start.ts";

/** A stop must be over before whoever sent the signal loses patience (contract, section 7). */
const STOP_WITHIN_MS = 9_000;

/**
 * Runs the service until SIGTERM or SIGINT, then stops it gently and ends the process: 0 after a signal, 1 when it could not start,
 * when a part that nothing works without failed, or when the stop took too long.
 */
export async function serve(read: () => Config): Promise<void> {
  let starting: Promise<Running> | undefined;
  let stopping = false;
  const stop = async (code: number) => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(code === 0 ? 1 : code), STOP_WITHIN_MS).unref();
    // A signal in the middle of the start waits for it, so that no part is left behind.
    await starting?.then((running) => running.stop()).catch(() => undefined);
    process.exit(code);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop(0));
  try {
    const config = read();
    starting = start(config, () => void stop(1));
    const running = await starting;
    if (!stopping && !config.production && config.role !== "worker") greet(running.baseUrl, config.dataDir, config.databaseUrl === null);
  } catch (error) {
    console.error(error instanceof ConfigMistakes || error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

function greet(baseUrl: string, dataDir: string, demonstration: boolean): void {
  const lines = [
    "",
    "  Rekey is running.",
    "",
    `    ${baseUrl}/          what is here`,
    `    ${baseUrl}/reset     forgot password`,
    `    ${baseUrl}/docs      the API`,
    `    ${baseUrl}/dev/outbox  the messages it would have sent`,
    ...(demonstration ? ["", `  People and passwords to try it with: ${dataDir}/demo.json`] : []),
    "",
  ];
  console.log(lines.join("\n"));
}
